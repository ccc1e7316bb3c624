"""What the tests of accounts share."""

from __future__ import annotations

OTHER = "sable lune panier"


def is_signed_in(client):
    return client.get("/profile").status_code == 200
