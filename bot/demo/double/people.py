"""What people do on the site: repositories, pull requests, pushes, comments, clicks; each sends its webhook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.demo.double import posting, render
from bot.demo.double.anchoring import reanchor
from bot.demo.double.git import Git
from bot.demo.double.state import (
    CheckRun,
    Installation,
    IssueComment,
    PullRequest,
    Reaction,
    Repository,
    Review,
    ReviewComment,
    User,
    World,
)
from bot.demo.double.webhooks import Postman

Files = Mapping[str, str | bytes | None]


class People:
    """Every act changes the state and sends what GitHub would send. by: the login of who does it."""

    def __init__(self, world: World, postman: Postman, folder: Path) -> None:
        self._world = world
        self._postman = postman
        self._folder = folder

    def repository(
        self,
        full_name: str,
        files: Files | None = None,
        *,
        private: bool = False,
        roles: Mapping[str, str] | None = None,
        borrow: Path | None = None,
    ) -> Repository:
        """A repository of an organisation, with one commit of `files` on main, and the App installed on it.

        borrow: a git directory whose objects are readable in it too; then nothing is committed when `files` is None.
        """
        owner, _, name = full_name.partition("/")
        world = self._world
        with world.lock:
            who = world.user(owner, "Organization")
            git = Git(self._folder / f"{world.next_id()}.git", borrow)
            found = Repository(world.next_id(), who, name, git, world.now(), private, roles=dict(roles or {}))
            for login in found.roles:
                world.user(login)
            world.repositories[found.id] = found
            if files is not None:
                git.set_ref("refs/heads/main", git.commit(_bytes(files), (), "Start", owner, world.now(), whole=True))
            if world.installation_of(found) is None:
                self.install(owner)
        return found

    def register(self, manifest: Mapping[str, Any]) -> str:
        """Somebody confirms the App that a manifest asks for; the code that its service gets the credentials for, once.

        GitHub pings the webhook at once, before anybody can have the secret.
        """
        world = self._world
        app = world.app
        with world.lock:
            app.webhook_url = manifest["hook_attributes"]["url"]
            app.permissions = dict(manifest["default_permissions"])
            app.events = tuple(manifest["default_events"])
            code = f"code-{world.next_id()}"
            world.codes.add(code)
        hook = {
            "type": "App",
            "id": world.next_id(),
            "name": "web",
            "active": True,
            "events": list(app.events),
            "config": {"content_type": "json", "url": app.webhook_url, "insecure_ssl": "0", "secret": "********"},
            "updated_at": render.moment(world.now()),
            "created_at": render.moment(world.now()),
            "app_id": app.id,
            "deliveries_url": f"{world.api}/app/hook/deliveries",
        }
        self._postman.send("ping", {"zen": "Keep it logically awesome.", "hook_id": hook["id"], "hook": hook})
        return code

    def install(self, owner: str, *, only: tuple[Repository, ...] = ()) -> Installation:
        """Installs the App on an account, on all repositories or only on some; sends installation.created."""
        world = self._world
        scope = {one.id for one in only} or None
        account = world.user(owner, "Organization")
        made = Installation(world.next_id(), account, dict(world.app.permissions), world.now(), scope)
        world.installations[made.id] = made
        self._installation("created", made)
        return made

    def uninstall(self, installation: Installation) -> None:
        """Takes the App off an account: tokens die, installation.deleted is sent."""
        del self._world.installations[installation.id]
        self._installation("deleted", installation)

    def revoke(self, login: str) -> None:
        """A person takes back that the App may know them: tokens die, github_app_authorization.revoked is sent."""
        with self._world.lock:
            who = self._world.user(login)
            tokens = self._world.user_tokens
            for text in [text for text, token in tokens.items() if token.user is who]:
                del tokens[text]
            self._postman.send(
                "github_app_authorization", {"action": "revoked", "sender": render.user(self._world, who)}
            )

    def suspend(self, installation: Installation, *, ends: bool = False) -> None:
        """Suspends the App on an account, or ends that: tokens die, installation.suspend or unsuspend is sent."""
        with self._world.lock:
            installation.suspended = None if ends else self._world.now()
            self._world.tokens.clear()
            self._installation("unsuspend" if ends else "suspend", installation)

    def rename(self, repository: Repository, name: str, *, by: str = "gopher") -> None:
        """Gives a repository another name; the old one leads there. Sends repository.renamed."""
        with self._world.lock:
            before, repository.name = repository.name, name
            self._world.left[f"{repository.owner.login}/{before}".lower()] = repository.id
            changes = {"repository": {"name": {"from": before}}}
            self._send("repository", repository, by, action="renamed", changes=changes)

    def fork(self, repository: Repository, owner: str) -> Repository:
        """A fork, whose commits are visible in its parent as on GitHub (they share one object store)."""
        world = self._world
        who = world.user(owner)
        made = Repository(world.next_id(), who, repository.name, repository.git, world.now(), fork_of=repository)
        world.repositories[made.id] = made
        return made

    def open(
        self,
        repository: Repository,
        files: Files,
        *,
        title: str = "A change",
        body: str = "",
        by: str = "gopher",
        branch: str = "",
        draft: bool = False,
        fork: Repository | None = None,
        whole: bool = False,
    ) -> PullRequest:
        """Commits `files` on a new branch (whole: instead of everything there) and opens a pull request from it."""
        world = self._world
        git = repository.git
        base = git.resolve(repository.default_branch)
        head = git.commit(_bytes(files), (base,), title, by, world.now(), whole=whole)
        return self.open_at(
            repository, base, head, title=title, body=body, by=by, branch=branch, draft=draft, fork=fork
        )

    def open_at(
        self,
        repository: Repository,
        base: str,
        head: str,
        *,
        title: str,
        body: str = "",
        by: str = "gopher",
        branch: str = "",
        draft: bool = False,
        fork: Repository | None = None,
    ) -> PullRequest:
        """Opens a pull request between two commits that are there; sends pull_request.opened."""
        world, now = self._world, self._world.now()
        with world.lock:
            number = len(repository.pulls) + 1
            pull = PullRequest(
                id=world.next_id(),
                number=number,
                repository=repository,
                head_repository=fork or repository,
                title=title,
                body=body,
                author=world.user(by),
                base_ref=repository.default_branch,
                base=base,
                head_ref=branch or f"change-{number}",
                head=head,
                at=now,
                updated=now,
                draft=draft,
            )
            repository.pulls[number] = pull
            self._point(pull)
            self._pull(pull, "opened", by)
        return pull

    def push(self, pull: PullRequest, files: Files, *, message: str = "More", by: str = "", whole: bool = False) -> str:
        """Commits on top of the head; returns the new head."""
        git, by = pull.repository.git, by or pull.author.login
        head = git.commit(_bytes(files), (pull.head,), message, by, self._world.now(), whole=whole)
        return self.move(pull, head, by=by)

    def force_push(self, pull: PullRequest, files: Files, *, message: str = "Again", by: str = "") -> str:
        """Replaces the branch by one new commit on the base branch as it is now: a rebase and squash."""
        git, by = pull.repository.git, by or pull.author.login
        pull.base = git.resolve(pull.base_ref)
        return self.move(pull, git.commit(_bytes(files), (pull.base,), message, by, self._world.now()), by=by)

    def move(self, pull: PullRequest, head: str, *, by: str = "") -> str:
        """Moves the head to a commit that is there; comments follow; sends pull_request.synchronize. Returns it."""
        with self._world.lock:
            before, pull.head, pull.updated = pull.head, head, self._world.now()
            self._point(pull)
            reanchor(pull, before)
            self._pull(pull, "synchronize", by or pull.author.login, before=before, after=head)
        return head

    def retarget(self, pull: PullRequest, branch: str, base: str, *, by: str = "") -> None:
        """Gives a pull request another base branch, whose tip is the commit `base`; sends pull_request.edited."""
        with self._world.lock:
            before = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base}}
            pull.base_ref, pull.base, pull.updated = branch, base, self._world.now()
            pull.repository.git.set_ref(f"refs/heads/{branch}", base)
            self._pull(pull, "edited", by or pull.author.login, changes={"base": before})

    def push_base(self, repository: Repository, files: Files, *, message: str = "Main", by: str = "gopher") -> str:
        """Commits to the default branch; sends push. Open pull requests keep their merge base. Returns the commit."""
        world, git = self._world, repository.git
        with world.lock:
            before = git.resolve(repository.default_branch)
            ref = f"refs/heads/{repository.default_branch}"
            after = git.commit(_bytes(files), (before,), message, by, world.now())
            git.set_ref(ref, after)
            for pull in repository.pulls.values():
                pull.base = after if pull.base_ref == repository.default_branch else pull.base
            pusher = {"name": by, "email": f"{by}@users.noreply.localhost"}
            flags = {"created": False, "deleted": False, "forced": False, "commits": [], "head_commit": None}
            self._send("push", repository, by, ref=ref, before=before, after=after, base_ref=None,
                       compare=world.url, pusher=pusher, **flags)  # fmt: skip
        return after

    def act(self, pull: PullRequest, action: str, *, by: str = "") -> None:
        """closed, reopened, merged, converted_to_draft, ready_for_review or locked: a click on the page."""
        with self._world.lock:
            now = self._world.now()
            if action in ("closed", "merged"):
                pull.state, pull.closed, pull.merged = "closed", now, action == "merged"
            elif action == "reopened":
                pull.state, pull.closed = "open", None
            elif action in ("converted_to_draft", "ready_for_review"):
                pull.draft = action == "converted_to_draft"
            elif action == "locked":
                pull.locked = True
            pull.updated = now
            self._pull(pull, "closed" if action == "merged" else action, by or pull.author.login)

    def comment(self, pull: PullRequest, body: str, *, by: str = "") -> IssueComment:
        """Writes into the conversation; sends issue_comment.created."""
        world, by = self._world, by or pull.author.login
        with world.lock:
            now = world.now()
            made = IssueComment(world.next_id(), world.user(by), body, now, now)
            pull.comments.append(made)
            parts = {"issue": render.issue(world, pull), "comment": render.issue_comment(world, pull, made)}
            self._send("issue_comment", pull.repository, by, action="created", **parts)
        return made

    def reply(self, pull: PullRequest, to: ReviewComment, body: str, *, by: str = "") -> ReviewComment:
        """Replies in a thread; sends pull_request_review_comment.created."""
        world, by = self._world, by or pull.author.login
        with world.lock:
            made = posting.add_reply(world, pull, world.user(by), to.reply_to or to.id, body)
            comment = render.review_comment(world, pull, made)
            shown = render.pull_request(world, pull, whole=False)
            self._send("pull_request_review_comment", pull.repository, by,
                       action="created", comment=comment, pull_request=shown)  # fmt: skip
        return made

    def resolve(self, pull: PullRequest, thread: ReviewComment, *, by: str = "", resolved: bool = True) -> None:
        """Resolves the thread of a comment, or opens it again; sends pull_request_review_thread."""
        world, by = self._world, by or pull.author.login
        with world.lock:
            root = next(one for one in pull.review_comments if one.id == (thread.reply_to or thread.id))
            root.resolved_by = world.user(by) if resolved else None
            members = [root, *(one for one in pull.review_comments if one.reply_to == root.id)]
            comments = [render.review_comment(world, pull, one) for one in members]
            what = {"node_id": render.node("PRRT", root.id), "comments": comments}
            shown = render.pull_request(world, pull, whole=False)
            self._send("pull_request_review_thread", pull.repository, by,
                       action="resolved" if resolved else "unresolved", thread=what, pull_request=shown)  # fmt: skip

    def react(self, comment: ReviewComment | IssueComment, content: str, *, by: str) -> Reaction:
        """Reacts to a comment; GitHub sends no webhook for it."""
        with self._world.lock:
            return posting.react(self._world, comment.reactions, self._world.user(by), content)

    def start_review(self, pull: PullRequest, *, by: str) -> Review:
        """A review that stays pending, as when somebody writes and does not submit."""
        with self._world.lock:
            return posting.add_review(self._world, pull, self._world.user(by), {"body": "not yet"})

    def click(self, repository: Repository, run: CheckRun, identifier: str = "", *, by: str) -> None:
        """Clicks a button of a check run (its identifier), or Re-run ("")."""
        world = self._world
        shown = render.check_run(world, repository, run)
        extra: dict[str, Any] = {"requested_action": {"identifier": identifier}} if identifier else {}
        action = "requested_action" if identifier else "rerequested"
        self._send("check_run", repository, by, action=action, check_run=shown, **extra)

    def rerun_all(self, repository: Repository, run: CheckRun, *, by: str) -> None:
        """Clicks Re-run all checks, which asks for the suite of a run; sends check_suite.rerequested."""
        suite = render.check_suite(self._world, repository, run)
        self._send("check_suite", repository, by, action="rerequested", check_suite=suite)

    def queue_merge(self, pull: PullRequest, *, by: str = "") -> str:
        """Puts a pull request into the merge queue; sends merge_group.checks_requested. Returns the group's head."""
        world, by, git = self._world, by or pull.author.login, pull.repository.git
        with world.lock:
            base = git.resolve(pull.base_ref)
            head = git.commit({}, (pull.head, base), f"Merge pull request #{pull.number}", by, world.now())
            ref = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
            git.set_ref(ref, head)
            who = {"name": by, "email": f"{by}@users.noreply.localhost"}
            commit = {"id": head, "tree_id": git.tree(head, recursive=False)[0], "message": pull.title,
                      "timestamp": render.moment(world.now()), "author": who, "committer": who}  # fmt: skip
            group = {"head_sha": head, "head_ref": ref, "base_sha": base, "head_commit": commit,
                     "base_ref": f"refs/heads/{pull.base_ref}"}  # fmt: skip
            self._send("merge_group", pull.repository, by, action="checks_requested", merge_group=group)
        return head

    def _point(self, pull: PullRequest) -> None:
        git = pull.repository.git
        git.set_ref(f"refs/pull/{pull.number}/head", pull.head)
        if pull.head_repository is pull.repository:
            git.set_ref(f"refs/heads/{pull.head_ref}", pull.head)

    def _pull(self, pull: PullRequest, action: str, by: str, **more: Any) -> None:
        shown = render.pull_request(self._world, pull)
        self._send("pull_request", pull.repository, by, action=action, number=pull.number, pull_request=shown, **more)

    def _installation(self, action: str, installation: Installation) -> None:
        world = self._world
        covered = [one for one in world.repositories.values() if installation.covers(one)]
        keys = ("id", "node_id", "name", "full_name", "private")
        self._postman.send("installation", {
            "action": action,
            "installation": render.installation(world, installation),
            "repositories": [{key: render.repository(world, one)[key] for key in keys} for one in covered],
            "requester": None,
            "sender": render.user(world, installation.account),
        })  # fmt: skip

    def _send(self, event: str, repository: Repository, by: str, **payload: Any) -> None:
        sender: User = self._world.user(by)
        self._postman.send(event, self._postman.about(repository, sender, **payload))


def _bytes(files: Files) -> dict[str, bytes | None]:
    return {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
