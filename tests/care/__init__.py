"""The rules of care, tried without any input or output."""
