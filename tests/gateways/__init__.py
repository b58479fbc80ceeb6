"""How the gateways answer: conformance cases against a stand-in over real HTTP."""
