"""Flags that several verbs share, under kubectl's names, shorthands and defaults.

``FILENAME``, ``PRINT`` and ``GLOBAL`` are groups of flags: unpack them. Mirrors kubectl's pkg/cmd/util/helpers.go and
cli-runtime's pkg/genericclioptions.
"""

from __future__ import annotations

from kubesim.cli.command import Flag

HELP = Flag("help", "h", bool, help="Show this help.", hidden=True)

FILES = Flag("filename", "f", "strings", help="Files, folders or URLs that name the objects; - is standard input.")
RECURSIVE = Flag("recursive", "R", bool, help="Look into the folders inside those that -f names.")
FILENAME = (
    FILES,
    Flag("kustomize", "k", help="A kustomization folder to build and use, instead of -f or -R."),
    RECURSIVE,
)

#: The files of verbs that know nothing of kustomizations and look into every folder.
FILENAME_RECURSIVE = (FILES, RECURSIVE._replace(default=True))

OUTPUT_FORMATS = (
    "json", "yaml", "kyaml", "name", "go-template", "go-template-file", "template", "templatefile",
    "jsonpath", "jsonpath-as-json", "jsonpath-file",
)  # fmt: skip

PRINT = (
    Flag(
        "allow-missing-template-keys",
        type=bool,
        default=True,
        help="Print nothing for a field or key of a template that an object does not have, rather than fail.",
    ),
    Flag("output", "o", help=f"The output format: {', '.join(OUTPUT_FORMATS)}.", choices=OUTPUT_FORMATS),
    Flag("show-managed-fields", type=bool, help="Keep metadata.managedFields in JSON and YAML."),
    Flag("template", help="The template, or the file that has it, for -o go-template and -o go-template-file."),
)


def print_as(output: str) -> tuple[Flag, ...]:
    """The flags of ``PRINT`` of a verb that prints objects in a format of its own unless told otherwise."""
    return tuple(flag._replace(default=output) if flag.name == "output" else flag for flag in PRINT)


SELECTOR = Flag(
    "selector",
    "l",
    help="Only objects whose labels match: key=value, key!=value, key in (a,b), key notin (a,b), key, !key.",
)

FIELD_SELECTOR = Flag("field-selector", help="Only objects whose fields match: status.phase=Running,metadata.name!=x.")

ALL_NAMESPACES = Flag("all-namespaces", "A", bool, help="The objects of all namespaces, whatever --namespace says.")

CHUNK_SIZE = Flag("chunk-size", type=int, default=500, help="Fetch long lists in chunks of so many; 0 means at once.")

DRY_RUN = Flag(
    "dry-run",
    default="none",
    no_option_default="unchanged",
    help='"client" prints what would be sent, "server" what it would become, and nothing is changed; or "none".',
    choices=("none", "client", "server"),
)


def field_manager(default: str) -> Flag:
    """``--field-manager``; each verb has its own default."""
    return Flag("field-manager", default=default, help="Who owns the changed fields.")


VALIDATE = Flag(
    "validate",
    default="strict",
    no_option_default="strict",
    help='Unknown and duplicate fields are an error ("strict" or true), a warning ("warn"), or let pass ("ignore").',
    choices=("strict", "warn", "ignore"),
)

RECORD = Flag(
    "record",
    type=bool,
    help="Keep the command line in the kubernetes.io/change-cause annotation.",
    deprecated="--record will be removed in the future",
)

SAVE_CONFIG = Flag("save-config", type=bool, help="Keep the configuration in the annotation that apply reads later.")

RAW = Flag("raw", help="A raw URI to ask the server for.")

SUBRESOURCE = Flag("subresource", help="The subresource to work on.", choices=("status", "scale", "resize"))

CONTAINER = Flag("container", "c", help="The container's name; the default one, or the first, if it is left out.")

POD_RUNNING_TIMEOUT = Flag(
    "pod-running-timeout", type="duration", default=60_000, help="How long to wait until at least one pod is running."
)

CASCADE = Flag(
    "cascade",
    default="background",
    no_option_default="background",
    help='What becomes of dependents: deleted after ("background") or before ("foreground") it, or kept ("orphan").',
    choices=("background", "foreground", "orphan"),
)

OVERRIDES = (
    Flag("overrides", help="JSON that is merged into the object that is made."),
    Flag(
        "override-type", default="merge", help="How: json, merge, or strategic.", choices=("json", "merge", "strategic")
    ),
)

GLOBAL = (
    Flag("as", help="The user to act as."),
    Flag("as-group", type="array", help="A group to act as a member of; may be repeated."),
    Flag("as-uid", help="The UID to act as."),
    Flag("as-user-extra", type="array", help="What else is known of the user to act as; may be repeated."),
    Flag("cache-dir", help="The cache folder."),
    Flag("certificate-authority", help="The file of the certificate authority."),
    Flag("client-certificate", help="The file of the client's certificate."),
    Flag("client-key", help="The file of the client's key."),
    Flag("cluster", help="The cluster of the configuration to use."),
    Flag("context", help="The context of the configuration to use."),
    Flag("disable-compression", type=bool, help="Ask for answers that are not compressed."),
    Flag("insecure-skip-tls-verify", type=bool, help="Do not check the server's certificate."),
    Flag("kubeconfig", help="A kubeconfig file that kubesim wrote, used in place of the contexts in its state."),
    Flag("kuberc", help="The kuberc file; kubesim reads none."),
    Flag("log-flush-frequency", type="go duration", default=5_000, help="The longest time between two log flushes."),
    Flag("match-server-version", type=bool, help="Insist on a server of the client's version."),
    Flag("namespace", "n", help="The namespace to work in; the context's, if it is left out."),
    Flag("password", help="The password for basic authentication."),
    Flag("profile", default="none", help="The profile to capture."),
    Flag("profile-output", default="profile.pprof", help="The file to write the profile to."),
    Flag("request-timeout", default="0", help="How long to wait for one answer of the server; 0 means for ever."),
    Flag("server", "s", help="The address of the API server."),
    Flag("tls-server-name", help="The name that the server's certificate must have."),
    Flag("token", help="The bearer token."),
    Flag("user", help="The user of the configuration to use."),
    Flag("username", help="The user name for basic authentication."),
    Flag("v", "v", "int32", help="How much to log."),
    Flag("vmodule", type="vmodule", help="How much to log from which files: pattern=N,..."),
    Flag("warnings-as-errors", type=bool, help="Exit with a status other than 0 after a warning of the server."),
)
