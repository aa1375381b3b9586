"""The handler of a group of pages: session, origin, form token, answers and errors as pages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

from shared.kernel.errors import CrmError, NotFound, Unauthorised
from shared.platform.observability import answered, begin, unexpected

from .request import Answer, PageRequest, compressed
from .routes import Routes

Operation = Callable[..., Answer]
Guard = Callable[[Any], None]
Arrange = Callable[[Any, dict[str, str]], None]

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "vary": "HX-Request",
}
"""Nothing foreign, no script or style in the page itself, never inside another page's frame."""


class Pages:
    """The handler of a group of pages: everything at `prefixes` and below them.

    The gateway sends the whole prefix here; templates are those of the function, then of the
    frame, then the shared ones.
    """

    request: ClassVar[type[PageRequest]]

    def __init__(self, templates: Path, *prefixes: str) -> None:
        self._routes = Routes()
        self.prefixes = prefixes
        self._templates = templates

    def page(
        self,
        method: str,
        path: str,
        *,
        public: bool,
        anywhere: bool = False,
        guard: Guard = lambda _: None,
        arrange: Arrange = lambda *_: None,
    ) -> Callable[[Operation], Operation]:
        """Register a page, or what a form of one is sent to: for everybody, or for people who are
        signed in and whom `guard` lets pass. A form may come from `anywhere` where its address
        proves enough by itself. `arrange` gets the request and the address's
        parameters before anything is read."""

        def register(operation: Operation) -> Operation:
            def call(**parameters: str) -> Answer:
                request = self._page_request
                try:
                    if method == "POST" and not anywhere:
                        request.check_origin()
                    if not public:
                        arrange(request, parameters)
                        request.sign_in()
                        guard(request)
                        if method == "POST":
                            request.check_token()
                    return operation(request, **parameters)
                except Exception as error:
                    return self._refuse_page(error)

            self._routes.add(method, path, call)
            return operation

        return register

    def _no_route(self) -> Answer:
        try:
            self._page_request.sign_in()
            raise NotFound("no_such_page", "There is no page at this address")
        except Exception as error:
            return self._refuse_page(error)

    def _refuse_page(self, error: Exception) -> Answer:
        request = self._page_request
        if isinstance(error, Unauthorised):
            return request.to_sign_in(error)
        if not isinstance(error, CrmError):
            unexpected(error)
            error = _Broken("internal_error", "Something went wrong on our side")
        part = request.htmx and not request.whole
        template = "error_part.html" if part else "error.html"
        return request.page(template, error.status, error=error, request_id=request.id)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self._page_request = request = self.request(event, self._templates)
        begin(request.id, route=event.get("routeKey", ""))
        found = (self._routes.find(request.method, request.path) or self._no_route)()
        given = {name.lower(): value for name, value in found.headers.items()}
        headers = {**HEADERS, **given, **request.answer_headers}
        if request.method == "POST" and found.status_code >= 400:
            # What is wrong is shown in place; the address of a post is none to come back to.
            headers["hx-push-url"] = "false"
        text = found.body if isinstance(found.body, str) else json.dumps(found.body)
        answer = {"statusCode": found.status_code, "headers": headers, "body": text}
        if request.set_cookies:
            answer["cookies"] = request.set_cookies
        compressed(answer, request.headers.get("accept-encoding", ""))
        answered(status=found.status_code)
        return answer


class _Broken(CrmError):
    status = 500
    title = "Something went wrong"
