"""The settings as they are now: a running process notices when the wizard has written the App's credentials."""

from __future__ import annotations

import threading

from bot import logs
from bot.settings import Settings


class Current:
    """Settings that can become complete, once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()

    @property
    def settings(self) -> Settings:
        """The settings; while there are no credentials, their file is looked for each time."""
        if self._settings.credentials is None and self._settings.credentials_file.exists():
            with self._guard:
                self._settings = self._settings.reloaded()
                logs.hide(self._settings.secrets)
        return self._settings

    def webhook_secrets(self) -> tuple[str, ...]:
        """The webhook secrets that are valid now; none while the App is not set up."""
        credentials = self.settings.credentials
        return credentials.webhook_secrets if credentials else ()
