"""What is written down: functions that take a session. Only this package knows SQLAlchemy."""
