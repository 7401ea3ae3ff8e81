"""Flags that several verbs share, under kubectl's names, shorthands and defaults.

An alias is one flag (``selector: Selector = ""``), a class is a group of flags that arrives as one object
(``files: FilenameOptions``). Mirrors kubectl's pkg/cmd/util/helpers.go and cli-runtime's pkg/genericclioptions.

Annotations are values here, not text: nothing has to be compiled for the flags that every command line takes.
"""

from kubesim.cli.pflag import Flag
from kubesim.cli.signature import (
    Annotated,
    Duration,
    GoDuration,
    Int32,
    Option,
    OptionGroup,
    StringArray,
    StringSlice,
    Vmodule,
    fields_of,
)

HELP = Flag("help", "h", bool, help="Show this help.", hidden=True)

Files = Annotated[StringSlice, Option("f", help="Files, folders or URLs that name the objects; - is standard input.")]
Recursive = Annotated[bool, Option("R", help="Look into the folders inside those that -f names.")]


class FileOptions(OptionGroup):
    """Files that name the objects, of verbs that know nothing of kustomizations."""

    filename: Files
    recursive: Recursive = False
    kustomize = ""


class FilenameOptions(FileOptions):
    """Files that name the objects. Mirrors resource.FilenameOptions."""

    kustomize: Annotated[str, Option("k", help="A kustomization folder to build and use, instead of -f or -R.")] = ""

    @property
    def are_given(self) -> bool:
        """Whether -f or -k was."""
        return bool(self.filename or self.kustomize)


OUTPUT_FORMATS = (
    "json", "yaml", "kyaml", "name", "go-template", "go-template-file", "template", "templatefile",
    "jsonpath", "jsonpath-as-json", "jsonpath-file",
)  # fmt: skip


class PrintFlags(OptionGroup):
    """How objects are printed. Mirrors genericclioptions.PrintFlags."""

    allow_missing_template_keys: Annotated[
        bool,
        Option(help="Print nothing for a field or key of a template that an object does not have, rather than fail."),
    ] = True
    output: Annotated[
        str, Option("o", help=f"The output format: {', '.join(OUTPUT_FORMATS)}.", choices=OUTPUT_FORMATS)
    ] = ""
    show_managed_fields: Annotated[bool, Option(help="Keep metadata.managedFields in JSON and YAML.")] = False
    template: Annotated[
        str, Option(help="The template, or the file that has it, for -o go-template and -o go-template-file.")
    ] = ""


Selector = Annotated[
    str,
    Option(
        "l", help="Only objects whose labels match: key=value, key!=value, key in (a,b), key notin (a,b), key, !key."
    ),
]

FieldSelector = Annotated[str, Option(help="Only objects whose fields match: status.phase=Running,metadata.name!=x.")]

AllNamespaces = Annotated[bool, Option("A", help="The objects of all namespaces, whatever --namespace says.")]

ChunkSize = Annotated[int, Option(help="Fetch long lists in chunks of so many; 0 means at once.")]

DryRun = Annotated[
    str,
    Option(
        no_option_default="unchanged",
        help='"client" prints what would be sent, "server" what it would become, and nothing is changed; or "none".',
        choices=("none", "client", "server"),
    ),
]

FieldManager = Annotated[str, Option(help="Who owns the changed fields.")]

Validate = Annotated[
    str,
    Option(
        no_option_default="strict",
        help='Unknown and duplicate fields are an error ("strict" or true), a warning ("warn"), or let pass '
        '("ignore").',
        choices=("strict", "warn", "ignore"),
    ),
]

Record = Annotated[
    bool,
    Option(
        help="Keep the command line in the kubernetes.io/change-cause annotation.",
        deprecated="--record will be removed in the future",
    ),
]

SaveConfig = Annotated[bool, Option(help="Keep the configuration in the annotation that apply reads later.")]

Raw = Annotated[str, Option(help="A raw URI to ask the server for.")]

Subresource = Annotated[str, Option(help="The subresource to work on.", choices=("status", "scale", "resize"))]

Container = Annotated[str, Option("c", help="The container's name; the default one, or the first, if it is left out.")]

PodRunningTimeout = Annotated[Duration, Option(help="How long to wait until at least one pod is running.")]

Cascade = Annotated[
    str,
    Option(
        no_option_default="background",
        help='What becomes of dependents: deleted after ("background") or before ("foreground") it, or kept '
        '("orphan").',
        choices=("background", "foreground", "orphan"),
    ),
]


class OverrideOptions(OptionGroup):
    """JSON that changes the object that a verb makes. Mirrors cmdutil.AddOverrideFlags."""

    overrides: Annotated[str, Option(help="JSON that is merged into the object that is made.")] = ""
    override_type: Annotated[
        str, Option(help="How: json, merge, or strategic.", choices=("json", "merge", "strategic"))
    ] = "merge"


class GlobalOptions(OptionGroup):
    """The flags that every verb takes. Mirrors genericclioptions.ConfigFlags, and what kubectl adds to it."""

    as_: Annotated[str, Option(help="The user to act as.")] = ""
    as_group: Annotated[StringArray, Option(help="A group to act as a member of; may be repeated.")]
    as_uid: Annotated[str, Option(help="The UID to act as.")] = ""
    as_user_extra: Annotated[StringArray, Option(help="What else is known of the user to act as; may be repeated.")]
    _cache_dir: Annotated[str, Option(help="The cache folder.")] = ""
    _certificate_authority: Annotated[str, Option(help="The file of the certificate authority.")] = ""
    _client_certificate: Annotated[str, Option(help="The file of the client's certificate.")] = ""
    _client_key: Annotated[str, Option(help="The file of the client's key.")] = ""
    cluster: Annotated[str, Option(help="The cluster of the configuration to use.")] = ""
    context: Annotated[str, Option(help="The context of the configuration to use.")] = ""
    _disable_compression: Annotated[bool, Option(help="Ask for answers that are not compressed.")] = False
    _insecure_skip_tls_verify: Annotated[bool, Option(help="Do not check the server's certificate.")] = False
    kubeconfig: Annotated[
        str, Option(help="A kubeconfig file that kubesim wrote, used in place of the contexts in its state.")
    ] = ""
    _kuberc: Annotated[str, Option(help="The kuberc file; kubesim reads none.")] = ""
    _log_flush_frequency: Annotated[GoDuration, Option(help="The longest time between two log flushes.")] = 5_000
    _match_server_version: Annotated[bool, Option(help="Insist on a server of the client's version.")] = False
    namespace: Annotated[str, Option("n", help="The namespace to work in; the context's, if it is left out.")] = ""
    _password: Annotated[str, Option(help="The password for basic authentication.")] = ""
    _profile: Annotated[str, Option(help="The profile to capture.")] = "none"
    _profile_output: Annotated[str, Option(help="The file to write the profile to.")] = "profile.pprof"
    request_timeout: Annotated[str, Option(help="How long to wait for one answer of the server; 0 means for ever.")] = (
        "0"
    )
    _server: Annotated[str, Option("s", help="The address of the API server.")] = ""
    _tls_server_name: Annotated[str, Option(help="The name that the server's certificate must have.")] = ""
    _token: Annotated[str, Option(help="The bearer token.")] = ""
    user: Annotated[str, Option(help="The user of the configuration to use.")] = ""
    _username: Annotated[str, Option(help="The user name for basic authentication.")] = ""
    _v: Annotated[Int32, Option("v", help="How much to log.")] = 0
    _vmodule: Annotated[Vmodule, Option(help="How much to log from which files: pattern=N,...")] = ""
    warnings_as_errors: Annotated[
        bool, Option(help="Exit with a status other than 0 after a warning of the server.")
    ] = False


#: The flags of ``GlobalOptions`` by the names of its fields.
GLOBAL_FIELDS = fields_of(GlobalOptions)
GLOBAL = tuple(flag for _, flag in GLOBAL_FIELDS)
