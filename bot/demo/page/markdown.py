"""Comments as HTML: Markdown by markdown-it, and of HTML only the three tags that comments of the bot use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_ALLOWED: Final = re.compile(r"&lt;(/?(?:sub|details|summary))&gt;")


class _Renderer(RendererHTML):
    """Lets the allowed tags through and shows every other piece of HTML as the text that it is."""

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _ALLOWED.sub(r"<\1>", escapeHtml(_COMMENT.sub("", tokens[idx].content)))

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.html_block(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        text = escapeHtml(token.content)
        if token.info.strip() != "suggestion":
            return f"<pre><code>{text}</code></pre>\n"
        taken = "".join(f'<span class="del">{escapeHtml(line)}\n</span>' for line in env.get("lines", ()))
        given = "".join(f'<span class="add">{line}\n</span>' for line in text.splitlines())
        return f'<div class="suggestion"><header>Suggested change</header><pre>{taken}{given}</pre></div>\n'


_PARSER: Final = MarkdownIt("commonmark", renderer_cls=_Renderer).enable(["table", "strikethrough"])


def to_html(body: str, lines: Sequence[str] = ()) -> Markup:
    """The HTML of a body. lines: those that a suggestion in it would replace."""
    return Markup(_PARSER.render(body, {"lines": lines}))
