"""The table of verbs, and the loader that imports only the one that was typed.

A row repeats a verb's name and short help, so that listing the verbs imports none of them; a test compares the two.
The order is the one in which kubectl adds its verbs: suggestions keep it.
"""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import PROGRAM, Command, Group
from kubesim.cli.pflag import FlagSet
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """Where a verb is found: ``rollout undo`` in verbs/rollout/undo.py, ``cluster-info`` in verbs/cluster_info.

    ``heading`` is the one it is listed under; verbs without one are found and completed, but not listed.
    ``suggest_for`` are words for which it is suggested, however far from its name.
    """

    path: str
    short: str
    heading: str = ""
    aliases: tuple[str, ...] = ()
    suggest_for: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The verb's own word, without the groups it is in."""
        return self.path.rpartition(" ")[2]

    @property
    def module(self) -> str:
        """The module that declares the verb."""
        return "kubesim.cli.verbs." + self.path.replace(" ", ".").replace("-", "_")

    def load(self) -> Command | Group:
        """Import the verb."""
        from kubesim.startup.module_import import import_module

        command: Command | Group = import_module(self.module).COMMAND
        return command


ROOT = Group(
    name="",
    use="[flags]",
    short="Kubernetes rollouts without a cluster",
    long=(
        "kubesim answers as kubectl does, with no cluster: deployments roll out, pods start and fail, revisions come "
        "and go, in a simulation that lives in one file.\n\n"
        "Whatever is not kubectl's is under one word: kubesim sim."
    ),
    help_stream="stdout",
    help_status=0,
)

BEGINNER = "Basic Commands (Beginner)"
INTERMEDIATE = "Basic Commands (Intermediate)"
DEPLOY = "Deploy Commands"
MANAGEMENT = "Cluster Management Commands"
TROUBLESHOOTING = "Troubleshooting and Debugging Commands"
ADVANCED = "Advanced Commands"
SETTINGS = "Settings Commands"
OTHER = "Other Commands"
SIMULATION = "Simulation Commands"

VERBS = (
    Row("create", "Create a resource from a file or from stdin", BEGINNER),
    Row("expose", "Expose a deployment, service or pod as a new service", BEGINNER),
    Row("run", "Run a particular image on the cluster", BEGINNER),
    Row("set", "Set specific features on objects", BEGINNER),
    Row("explain", "Get documentation for a resource", INTERMEDIATE),
    Row("get", "Display one or many resources", INTERMEDIATE, suggest_for=("list", "ls")),
    Row("edit", "Edit a resource on the server", INTERMEDIATE),
    Row(
        "delete",
        "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        INTERMEDIATE,
        suggest_for=("rm", "remove"),
    ),
    Row("rollout", "Manage the rollout of a resource", DEPLOY),
    Row("scale", "Set a new size for a deployment, replica set, or replication controller", DEPLOY),
    Row("autoscale", "Auto-scale a deployment, replica set, stateful set, or replication controller", DEPLOY),
    Row("certificate", "Modify certificate resources", MANAGEMENT),
    Row("cluster-info", "Display cluster information", MANAGEMENT),
    Row("top", "Display resource (CPU/memory) usage", MANAGEMENT, suggest_for=("stats",)),
    Row("cordon", "Mark node as unschedulable", MANAGEMENT),
    Row("uncordon", "Mark node as schedulable", MANAGEMENT),
    Row("drain", "Drain node in preparation for maintenance", MANAGEMENT),
    Row("taint", "Update the taints on one or more nodes", MANAGEMENT),
    Row(
        "describe",
        "Show details of a specific resource or group of resources",
        TROUBLESHOOTING,
        suggest_for=("inspect",),
    ),
    Row("logs", "Print the logs for a container in a pod", TROUBLESHOOTING),
    Row("attach", "Attach to a running container", TROUBLESHOOTING),
    Row("exec", "Execute a command in a container", TROUBLESHOOTING),
    Row("port-forward", "Forward one or more local ports to a pod", TROUBLESHOOTING),
    Row("proxy", "Run a proxy to the Kubernetes API server", TROUBLESHOOTING),
    Row("cp", "Copy files and directories to and from containers", TROUBLESHOOTING),
    Row("auth", "Inspect authorization", TROUBLESHOOTING),
    Row("debug", "Create debugging sessions for troubleshooting workloads and nodes", TROUBLESHOOTING),
    Row("events", "List events", TROUBLESHOOTING),
    Row("diff", "Diff the live version against a would-be applied version", ADVANCED),
    Row("apply", "Apply a configuration to a resource by file name or stdin", ADVANCED),
    Row("patch", "Update fields of a resource", ADVANCED),
    Row("replace", "Replace a resource by file name or stdin", ADVANCED),
    Row("wait", "Wait for a specific condition on one or many resources", ADVANCED),
    Row("kustomize", "Build a kustomization target from a directory", ADVANCED),
    Row("label", "Update the labels on a resource", SETTINGS),
    Row("annotate", "Update the annotations on a resource", SETTINGS),
    Row(
        "completion", "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)", SETTINGS
    ),
    Row("config", "Show and set contexts, which the state file keeps", OTHER),
    Row("kuberc", "Manage kuberc configuration files", OTHER),
    Row("plugin", "Provides utilities for interacting with plugins", OTHER),
    Row("version", "Print the client and server version information", OTHER),
    Row("api-versions", 'Print the supported API versions on the server, in the form of "group/version"', OTHER),
    Row("api-resources", "Print the supported API resources on the server", OTHER),
    Row("options", "Print the flags that every command takes"),
    Row("sim", "Show the simulation and steer it: its clock, its speed, its seed", SIMULATION),
    Row("help", "Help about any command"),
    Row("apply edit-last-applied", "Edit latest last-applied-configuration annotations of a resource/object"),
    Row("apply set-last-applied", "Set the last-applied-configuration annotation to match the contents of a file"),
    Row("apply view-last-applied", "View the latest last-applied-configuration annotations of a resource/object"),
    Row("auth can-i", "Check whether an action is allowed"),
    Row(
        "auth reconcile", "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects"
    ),
    Row("auth whoami", "Show who you are to the server"),
    Row("certificate approve", "Approve a certificate signing request"),
    Row("certificate deny", "Deny a certificate signing request"),
    Row("cluster-info dump", "Dump relevant information for debugging and diagnosis"),
    Row("config current-context", "Display the current-context"),
    Row("config delete-cluster", "Delete the specified cluster"),
    Row("config delete-context", "Delete the specified context"),
    Row("config delete-user", "Delete the specified user"),
    Row("config get-clusters", "Display clusters that contexts use"),
    Row("config get-contexts", "Describe one or many contexts"),
    Row("config get-users", "Display users that contexts use"),
    Row("config rename-context", "Rename a context"),
    Row("config set", "Set an individual value of the configuration"),
    Row("config set-cluster", "Set a cluster entry"),
    Row("config set-context", "Set a context entry"),
    Row("config set-credentials", "Set a user entry"),
    Row("config unset", "Unset an individual value of the configuration"),
    Row("config use-context", "Set the current-context", aliases=("use",)),
    Row("config view", "Display the configuration"),
    Row("create clusterrole", "Create a cluster role"),
    Row("create clusterrolebinding", "Create a cluster role binding for a particular cluster role"),
    Row("create configmap", "Create a config map from a local file, directory or literal value", aliases=("cm",)),
    Row("create cronjob", "Create a cron job with the specified name", aliases=("cj",)),
    Row("create deployment", "Create a deployment with the specified name", aliases=("deploy",)),
    Row("create ingress", "Create an ingress with the specified name", aliases=("ing",)),
    Row("create job", "Create a job with the specified name"),
    Row("create namespace", "Create a namespace with the specified name", aliases=("ns",)),
    Row("create poddisruptionbudget", "Create a pod disruption budget with the specified name", aliases=("pdb",)),
    Row("create priorityclass", "Create a priority class with the specified name", aliases=("pc",)),
    Row("create quota", "Create a quota with the specified name", aliases=("resourcequota",)),
    Row("create role", "Create a role with single rule"),
    Row("create rolebinding", "Create a role binding for a particular role or cluster role"),
    Row("create secret", "Create a secret using a specified subcommand"),
    Row("create secret docker-registry", "Create a secret for use with a Docker registry"),
    Row("create secret generic", "Create a secret from a local file, directory, or literal value"),
    Row("create secret tls", "Create a TLS secret"),
    Row("create service", "Create a service using a specified subcommand", aliases=("svc",)),
    Row("create service clusterip", "Create a ClusterIP service"),
    Row("create service externalname", "Create an ExternalName service"),
    Row("create service loadbalancer", "Create a LoadBalancer service"),
    Row("create service nodeport", "Create a NodePort service"),
    Row("create serviceaccount", "Create a service account with the specified name", aliases=("sa",)),
    Row("create token", "Request a service account token"),
    Row("kuberc set", "Set values in the kuberc configuration"),
    Row("kuberc view", "Display the contents of the kuberc file"),
    Row("plugin list", "List all visible plugin executables on a user's PATH"),
    Row("rollout history", "View rollout history"),
    Row("rollout pause", "Mark the provided resource as paused"),
    Row("rollout restart", "Restart a resource"),
    Row("rollout resume", "Resume a paused resource"),
    Row("rollout status", "Show the status of the rollout"),
    Row("rollout undo", "Undo a previous rollout"),
    Row("set env", "Update environment variables on a pod template"),
    Row("set image", "Update the image of a pod template"),
    Row("set resources", "Update resource requests/limits on objects with pod templates"),
    Row("set selector", "Set the selector on a resource"),
    Row("set serviceaccount", "Update the service account of a resource", aliases=("sa",)),
    Row("set subject", "Update the user, group, or service account in a role binding or cluster role binding"),
    Row("sim addon", "Add parts to the cluster: metrics-server, ingress-nginx"),
    Row("sim advance", "Move the clock by hand"),
    Row("sim check", "Try a change of manifests in memory, and say what would break"),
    Row("sim curl", "Ask a server of the cluster, as curl does on a node"),
    Row("sim explain", "Explain what a rollout would do, before it does"),
    Row("sim fault", "Let something go wrong: nodes, images, probes, starts, the API server"),
    Row("sim fault api", "Let requests to the API server fail"),
    Row("sim fault clear", "End faults"),
    Row("sim fault image", "Let an image be pulled no more"),
    Row("sim fault kill", "Kill the processes of pods"),
    Row("sim fault list", "Show what is wrong now"),
    Row("sim fault node-down", "Let a node die"),
    Row("sim fault node-full", "Let a node have no room for more pods, no disk or no memory"),
    Row("sim fault node-up", "Let a node that was down come back"),
    Row("sim fault readiness", "Let readiness probes fail"),
    Row("sim fault slow-start", "Let containers take long until they listen"),
    Row("sim history", "Show the revisions of a workload and what changed between them"),
    Row("sim images", "Explain what images do, and change it"),
    Row("sim kubeconfig", "Print a kubeconfig for the server of the state"),
    Row("sim load", "Put load on workloads, which top shows and autoscalers follow"),
    Row("sim log", "List the commands that changed the cluster, and what each did"),
    Row("sim redo", "Do again what was undone last, or the last N of it"),
    Row("sim reset", "Start over with a new cluster"),
    Row("sim serve", "Serve the Kubernetes API over the state, for kubectl and any other client"),
    Row("sim settle", "Let the cluster live until nothing changes any more"),
    Row("sim sh", "Open a shell on a node"),
    Row("sim snapshot", "Save the cluster under a name, and bring it back"),
    Row("sim snapshot delete", "Delete a snapshot"),
    Row("sim snapshot diff", "Show what has changed since a snapshot"),
    Row("sim snapshot list", "List the snapshots"),
    Row("sim snapshot restore", "Put the cluster back to a snapshot"),
    Row("sim snapshot save", "Save the cluster under a name"),
    Row("sim speed", "Show or set how fast the simulated clock runs"),
    Row("sim status", "Show the clock, the seed, and when something changes next"),
    Row("sim timeline", "Draw a rollout: how many pods were ready at each instant"),
    Row("sim traffic", "Send requests to a Service, and count what becomes of them"),
    Row("sim undo", "Take back the last command, or the last N"),
    Row("sim watch", "Watch Deployments live: ReplicaSets, a cell for each pod, conditions, events"),
    Row("sim why", "Say why something is not as wanted, and what repairs it"),
    Row("top node", "Display resource (CPU/memory) usage of nodes", aliases=("nodes", "no")),
    Row("top pod", "Display resource (CPU/memory) usage of pods", aliases=("pods", "po")),
)

#: What is found by its name alone: listed, completed and suggested nowhere.
HIDDEN = Row("alpha", "Commands for features in alpha")

_BY_PATH = {row.path: row for row in (*VERBS, HIDDEN)}


def row_of(path: str) -> Row:
    """The row of a path; KeyError for a path that is no verb's."""
    return _BY_PATH[path]


def children_of(path: str) -> list[Row]:
    """The verbs right under a group; of the root, for the empty path."""
    return [row for row in VERBS if row.path.rpartition(" ")[0] == path]


def child_of(path: str, word: str) -> Row | None:
    """The verb that a word means under a group, by name or by alias."""
    row = _BY_PATH.get(f"{path} {word}".lstrip())
    if row is not None and row.name == word:
        return row
    return next((row for row in VERBS if word in row.aliases and row.path.rpartition(" ")[0] == path), None)


def load(path: str) -> Command | Group:
    """The verb of a path; the root, for the empty path."""
    return row_of(path).load() if path else ROOT


def flag_set(command: Command | Group) -> FlagSet:
    """The flags a verb takes: its own, then those that every verb takes, but for ``--help``."""
    return FlagSet((*command.flags, *options.GLOBAL))


class Found(NamedTuple):
    """The verb that was typed, the arguments without the words that named it, and those words."""

    path: str
    command: Command | Group
    flags: FlagSet
    argv: list[str]
    words: tuple[str, ...] = ()

    @property
    def typed(self) -> list[str]:
        """The arguments as they were typed: without the mark that ``under`` puts before those of a verbatim verb."""
        if not self.command.is_verbatim:
            return self.argv
        mark = self.argv.index("--")
        return [*self.argv[:mark], *self.argv[mark + 1 :]]

    def under(self) -> Found | None:
        """The verb under this one that the next word names, None where it names none.

        Flags may stand before, between and after the words; each verb's own are known while those under it are
        searched, and ``--help`` is not, so that it hides the word after it. UserError for a first word that is no verb.
        """
        position = next(self.flags.words(self.argv), None)
        if position is None:
            return None
        row = child_of(self.path, self.argv[position])
        if row is not None:
            command = row.load()
            mark = ["--"] if command.is_verbatim else []
            left = [*self.argv[:position], *mark, *self.argv[position + 1 :]]
            return Found(row.path, command, flag_set(command), left, (*self.words, self.argv[position]))
        if not self.path:
            raise unknown(self.argv, self.argv[position])
        return None

    def with_help(self) -> Found:
        """The same, that takes ``--help`` as well: no word follows any more."""
        self.flags.add(options.HELP)
        return self


def root(argv: Sequence[str]) -> Found:
    """The program itself, before any word was read."""
    return Found("", ROOT, flag_set(ROOT), list(argv))


def find(argv: Sequence[str]) -> Found:
    """Follow the words to the deepest verb they name; UserError as for ``under``. Mirrors cobra's Command.Find."""
    found = root(argv)
    while (deeper := found.under()) is not None:
        found = deeper
    return found.with_help()


def unknown(argv: Sequence[str], word: str) -> UserError:
    """The error for a first word that is no verb. A line that begins with a flag is taken for a plugin's.

    kubectl suggests its own verbs, and its help command never.
    """
    if argv[0].startswith("-"):
        return UserError(f"Error: flags cannot be placed before plugin name: {argv[0]}", bare=True)
    from kubesim.cli.support.suggestions import did_you_mean

    verbs = [row for row in children_of("") if row.name not in ("help", "sim")]
    suggestions = did_you_mean(word, [(row.name, row.suggest_for) for row in verbs])
    return UserError(f'unknown command "{word}" for "{PROGRAM}"{suggestions}')
