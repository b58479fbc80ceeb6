"""Many texts due at once: all of them go, each once, whatever happens to some."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.clinic import DUE, open_clinic, phone, row
from tests.standin import StandIn

MANY = 2000


def test_two_thousand_texts_due_at_once_all_go_exactly_once(
    tmp_path: Path, twilio: StandIn
) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(*(row(n) for n in range(MANY)))
        assert clinic.round(DUE) == {"sent": MANY}
        assert clinic.round(DUE) == {}
        kept = {t["sid"]: (t["phone"], t["text"]) for t in clinic.texts() if t["state"] == "sent"}
    assert sorted(sent.to for sent in twilio.sent) == sorted(phone(n) for n in range(MANY))
    assert {sent.sid: (sent.to, sent.body) for sent in twilio.sent} == kept


def test_among_many_faults_no_patient_gets_a_text_twice(tmp_path: Path, twilio: StandIn) -> None:
    with open_clinic(tmp_path, twilio=twilio.url) as clinic:
        clinic.take_in(*(row(n) for n in range(300)))
        twilio.fault("refuse", code=20429, share=0.05)
        twilio.fault("refuse", code=20500, made=True, share=0.05)
        twilio.fault("reset", made=True, share=0.05)
        twilio.fault("torn", made=True, share=0.05)
        twilio.fault("hang_up", share=0.05)
        for minutes in range(0, 120, 3):
            clinic.round(DUE + timedelta(minutes=minutes))
        states = Counter(t["state"] for t in clinic.texts() if t["step"] == "aftercare")
    assert set(states) == {"sent", "uncertain"}
    assert sum(states.values()) == 300
    got = Counter(sent.to for sent in twilio.sent)
    assert set(got.values()) == {1}
    assert len(got) >= states["sent"]
