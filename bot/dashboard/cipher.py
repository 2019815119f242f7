"""What may be read by nobody who has the database alone: people's tokens, and the names of what they may see."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Cipher:
    """Enciphers texts with a key that is made of the session key, for this one purpose."""

    def __init__(self, session_key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"concurrency-check log-ins").derive(session_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def hide(self, text: str) -> str:
        """The text, unreadable."""
        return self._fernet.encrypt(text.encode()).decode()

    def show(self, hidden: str) -> str | None:
        """The text that was hidden; None when it was hidden with another key."""
        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken:
            return None
