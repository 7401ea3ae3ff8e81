"""``kubesim wait``: waits until a condition holds, a field has a value, or an object is there or gone.

Mirrors kubectl pkg/cmd/wait.
"""

from __future__ import annotations

from kubesim.api.meta import DAY, Key, Obj
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import AllNamespaces, FieldSelector, FileOptions, PrintFlags, Selector
from kubesim.cli.signature import Annotated, Defaults, Duration, Option, StringArray
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, TimedOutError, UserError
from kubesim.kubectl.wait_conditions import Field, Gone, There, awaited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client
    from kubesim.kubectl.wait_conditions import Awaited
    from kubesim.life.follower import Follower

WEEK = 7 * DAY  # what a negative time-out means
TIMED_OUT = "timed out waiting for the condition on {where}"
LOCAL_ARGUMENTS = """error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""


class WaitOptions(PrintFlags):
    """The flags of ``wait``, but for its files. Mirrors WaitFlags."""

    selector: Selector = ""
    field_selector: FieldSelector = ""
    all_namespaces: AllNamespaces = False
    all_: Annotated[bool, Option(help="Wait for every object of the named types.")] = False
    for_: Annotated[
        StringArray,
        Option(help="What to wait for: create, delete, condition=NAME[=VALUE], jsonpath='{PATH}'[=VALUE]."),
    ]
    local: Annotated[bool, Option(help="Read the files alone.")] = False
    timeout: Annotated[Duration, Option(help="How long to wait; 0 means one check, less than 0 a week.")] = 30_000


def run(inv: Invocation, *, options: WaitOptions, files: Annotated[FileOptions, Defaults(recursive=True)]) -> None:
    reporter = Reporter(inv, options)
    conditions = [awaited(text) for text in options.for_]
    if not conditions:
        raise UserError("unrecognized condition: []")
    if options.local and inv.args:
        raise UserError(LOCAL_ARGUMENTS)
    session = Session.of(inv, files)
    counts = any(isinstance(wanted, (Field, There)) for wanted in conditions)
    with session.follow(counts=counts) as follower:
        cluster = session.watcher(follower.cluster)
        request = Request(
            args=inv.args,
            files=session.files(cluster, local=options.local),
            namespace=session.namespace(cluster),
            all_namespaces=options.all_namespaces,
            selector=options.selector,
            field_selector=options.field_selector,
            all=options.all_,
        )
        Waiting(session, follower, request, conditions, reporter, options.timeout).run()


class Waiting:
    """One run of ``wait``, for ``timeout`` ms from its beginning; 0 checks once, less than 0 is a week."""

    def __init__(
        self,
        session: Session,
        follower: Follower,
        request: Request,
        conditions: list[Awaited],
        reporter: Reporter,
        timeout: int,
    ) -> None:
        self._session = session
        self._follower = follower
        self._request = request
        self._conditions = conditions
        self._reporter = reporter
        self._checks_once = timeout == 0
        self._until = follower.cluster.now + (WEEK if timeout < 0 else timeout)

    def run(self) -> None:
        """Wait for all conditions of every object; UserError where there is none, or the time is over."""
        if self._is_for(There):
            self._wait_for_creation()
        result = self._request.resolve(self._session.client(self._follower.cluster))
        if not result.items and not self._is_for(Gone):
            raise UserError("no matching resources found")
        result.visit(self._wait_for)

    @property
    def _cluster(self) -> Client:
        """The way into the cluster as it is now."""
        return self._session.watcher(self._follower.cluster)

    def _is_for(self, condition: type[Awaited]) -> bool:
        return any(isinstance(wanted, condition) for wanted in self._conditions)

    def _wait_for_creation(self) -> None:
        """Wait until every object that the command line names is there, and at least one."""
        while not self._finds_all():
            if self._checks_once or not self._follower.step(self._until):
                raise TimedOutError("timed out waiting for the condition")

    def _finds_all(self) -> bool:
        cluster = self._cluster
        infos = self._request.resolve(cluster).infos()
        return bool(infos) and all(cluster.find(info.names.key, info.namespace, info.name) for info in infos)

    def _wait_for(self, info: Info) -> None:
        """Wait for one condition of an object after the other. A listed object may be deleted before its turn."""
        try:
            last = info.obj if info.obj and not info.source else info.live(self._session.client(self._follower.cluster))
        except StatusError as error:
            if error.reason == "NotFound" and self._is_for(Gone):
                return
            raise
        for wanted in self._conditions:
            if isinstance(wanted, Gone):
                wanted.expect(last)
            last = self._wait_for_condition(info, wanted, last)
            self._reporter.report(last, "condition met")

    def _wait_for_condition(self, info: Info, wanted: Awaited, last: Obj) -> Obj:
        """The object as it is when the condition holds, or as it was before it was deleted."""
        where = f"{info.names.plural}/{info.name}"
        if self._is_over() and not isinstance(wanted, Gone):
            raise TimedOutError(TIMED_OUT.format(where=where))
        for obj in self._follower.versions(Key(info.names.key, info.namespace, info.name), self._until):
            last = obj or last
            if wanted.holds(obj):
                return last
            if self._checks_once:
                raise TimedOutError(f"condition not met for {where}")
        raise TimedOutError(TIMED_OUT.format(where=where))

    def _is_over(self) -> bool:
        """Whether the objects before have used up the time: the conditions of later ones are not checked then."""
        return not self._checks_once and self._follower.cluster.now >= self._until


COMMAND = Command(
    name="wait",
    use=(
        "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) "
        "[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]"
    ),
    short="Wait for a specific condition on one or many resources",
    long=(
        "Wait until something holds of every object that is named: a condition in its status, a value at a JSONPath, "
        "that it is there, or that it is gone. Several --for are waited for one after the other, create first.\n\n"
        "The exit status is 1 if --timeout passes before."
    ),
    examples=(
        ("Until a Deployment is available", "wait deployment/myapp-deployment --for=condition=available --timeout=30s"),
        ("Until pods are ready", "wait pods -l app=myapp --for=condition=Ready"),
        (
            "Until a field has a value",
            "wait deployment/myapp-deployment --for=jsonpath='{.status.availableReplicas}'=2",
        ),
        ("Until a pod is gone", "wait pods -l app=myapp --for=delete --timeout=60s"),
    ),
    run=run,
)
