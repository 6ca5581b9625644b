"""What must hold, told as it is looked at."""


def expect(holds, what, shown=""):
    """Says what holds, and what does not with what was seen instead; whether it holds."""
    print(f"{'holds' if holds else 'DOES NOT HOLD'}: {what}", flush=True)
    if not holds:
        print(shown, flush=True)
    return holds
