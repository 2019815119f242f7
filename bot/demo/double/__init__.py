"""A double of GitHub: its interfaces and webhooks over HTTP on loopback, with real git repositories behind them."""

from __future__ import annotations

from bot.demo.double.server import Double

__all__ = ["Double"]
