"""Draws charts that are described in Vega-Lite as SVG, in this process and from no other host."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

VERSION = "6.4"
_KEPT = 128

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a chart is drawn on. Colours as the stylesheet has them; states: by their name."""

    text: str
    faint: str
    line: str
    accent: str
    states: dict[str, str]


LIGHT = Paper(
    "#1b2426", "#566366", "#dbe2e2", "#0b7357",
    {"open": "#8a5300", "fixed": "#0b7357", "merged": "#a3312b", "ignored": "#566366", "resolved": "#4b57a8"},
)  # fmt: skip
DARK = Paper(
    "#e4eaea", "#9aa8aa", "#2c3639", "#3fbf97",
    {"open": "#e2a94a", "fixed": "#4cc79f", "merged": "#f0877f", "ignored": "#9aa8aa", "resolved": "#a3aef0"},
)  # fmt: skip


class Drawings:
    """The charts that were drawn last, by what they show: who asks for the same one again does not pay for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()

    def draw(self, digest: str, spec: Spec) -> str:
        """The SVG of a chart. digest: of the spec."""
        # One at a time: a burst of them waits here rather than taking all cores from the pages.
        with self._lock:
            found = self._kept.get(digest) or _draw(spec)
            self._kept[digest] = found
            self._kept.move_to_end(digest)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found


def digest(spec: Spec) -> str:
    """The same for the same chart, and for no other."""
    return hashlib.sha256(json.dumps([VERSION, spec], sort_keys=True).encode()).hexdigest()


def chart(paper: Paper, width: int, **rest: Any) -> Spec:
    """A chart of that width (pixels, axes and all) on a paper; rest: the parts of it, as Vega-Lite names them."""
    quiet = {"labelColor": paper.faint, "titleColor": paper.faint, "domainColor": paper.line, "tickColor": paper.line}
    return {
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 2,
        "background": None,
        "config": {
            "font": "system-ui, sans-serif",
            "view": {"stroke": None},
            "axis": {
                **quiet,
                "gridColor": paper.line,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": 400,
            },
            # A browser may have a wider font than the one that is measured here.
            "legend": {
                "labelColor": paper.text,
                "labelFontSize": 12,
                "orient": "bottom",
                "title": None,
                "columnPadding": 32,
            },
        },
        **rest,
    }


def _draw(spec: Spec) -> str:
    import vl_convert  # a process that is never asked for a chart does not pay for its engine

    return vl_convert.vegalite_to_svg(spec, vl_version=VERSION, allowed_base_urls=[])
