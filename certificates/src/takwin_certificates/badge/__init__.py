"""A certificate as the open standards have it: Open Badges 3.0 on W3C Verifiable Credentials 2.0, signed, baked, checked.

Nothing here reads the network. What a credential means is fixed by the contexts kept in `contexts/`.
"""
