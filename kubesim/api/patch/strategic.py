"""Applying a strategic merge patch: a type says which lists merge, by which key.

Mirrors apimachinery pkg/util/strategicpatch (mergeMap and what it calls).  Patches can be merged into objects (what
the API server does) or into other patches (what apply does with deletions and additions); ``Options`` choose.
The maps that are passed in are changed: the original becomes the result, and of the patch there is left what upstream
leaves of it.
"""

from __future__ import annotations

from kubesim.api.patch.elements import deduplicated, element_kind, find_by_key, ordered_as, partition, without_elements
from kubesim.api.patch.problem import GO_LIST, PatchError, bad_directive, bad_format, bad_type, no_merge_key
from kubesim.golang.fmt import text
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Type

DIRECTIVE = "$patch"
RETAIN_KEYS = "$retainKeys"
SET_ELEMENT_ORDER = "$setElementOrder"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"


class Options(NamedTuple):
    """``obeys_lists``: the parallel lists ($setElementOrder and the like) are obeyed, else kept.
    ``drops_nulls``: a null deletes, and is not itself kept."""

    obeys_lists: bool
    drops_nulls: bool


APPLY = Options(obeys_lists=True, drops_nulls=True)
COMBINE = Options(obeys_lists=False, drops_nulls=False)


class PatchMeta(NamedTuple):
    """How a field is patched: its type (of a list: the elements'), strategy ("", merge, replace) and merge key."""

    type: Type
    strategy: str
    retains_keys: bool
    merge_key: str


def lookup(type_: Type, key: str) -> PatchMeta:
    """How the field ``key`` of a struct is patched; PatchError if there is none."""
    if type_.kind == "pointer":
        type_ = type_.elem
    if type_.kind != "struct":
        kind = type_.kind
        raise PatchError(f"merging an object in json but data type is not struct, instead is: {kind}")
    field = type_.json_fields.get(key)
    if field is None:
        raise PatchError(f'unable to find api field in struct {type_.short_name} for the json field "{key}"')
    strategies = [strategy for strategy in field.patch_strategies if strategy != "retainKeys"]
    retains_keys = "retainKeys" in field.patch_strategies
    return PatchMeta(field.type, strategies[0] if strategies else "", retains_keys, field.merge_key)


def lookup_list(type_: Type, key: str) -> PatchMeta:
    """The same for a field that is a list."""
    meta = lookup(type_, key)
    listed = meta.type.elem if meta.type.kind == "pointer" else meta.type
    if listed.kind == "slice":
        listed = listed.elem
    elif meta.type.kind != "pointer":
        raise PatchError(f"expected slice or array type, but got: {type_.kind}")
    return meta._replace(type=listed)


def merge_maps(original: Obj | None, patch: Obj, type_: Type, options: Options) -> Obj:
    """Merge ``patch`` into ``original`` (None: nothing yet)."""
    if DIRECTIVE in patch:
        return _obey_directive(patch)
    original = {} if original is None else original
    _retain_keys(original, patch, options)
    for key in [key for key in patch if key.startswith(SET_ELEMENT_ORDER)]:
        _merge_ordered_list(original, patch, key, type_, options)
    for key, value in patch.items():
        _merge_field(original, key, value, type_, options)
    return original


def _obey_directive(patch: Obj) -> Obj:
    directive = patch[DIRECTIVE]
    if directive == "replace":
        del patch[DIRECTIVE]
        return patch
    if directive == "delete":
        return {}
    raise bad_directive(directive, patch)


def _retain_keys(original: Obj, patch: Obj, options: Options) -> None:
    """Clear from ``original`` what the patch's $retainKeys does not name."""
    if RETAIN_KEYS not in patch:
        return
    retained = patch.pop(RETAIN_KEYS)
    if not options.obeys_lists:
        if original.setdefault(RETAIN_KEYS, retained) != retained:
            why = "this may happen when calculating the 3-way diff patch"
            raise PatchError(f"{text(original[RETAIN_KEYS])} and {text(retained)} are not deep equal: {why}")
        return
    if not isinstance(retained, list) or any(
        key not in retained
        for key, value in patch.items()
        if value is not None and not key.startswith((DELETE_FROM_LIST, SET_ELEMENT_ORDER))
    ):
        raise bad_format("retainKeys")
    for key in [key for key in original if key not in retained]:
        del original[key]


def _merge_field(original: Obj, key: str, value: Any, type_: Type, options: Options) -> None:
    is_deletion = key.startswith(DELETE_FROM_LIST)
    if is_deletion:
        if not options.obeys_lists:
            original[key] = value
            return
        key = _field_of(key, DELETE_FROM_LIST, "primitive list")
    if value is None:
        original.pop(key, None)
        if options.drops_nulls:
            return
    if key not in original or type(original[key]) is not type(value) or not isinstance(value, dict | list):
        if not is_deletion:
            _take(original, key, value, options)
    elif isinstance(value, dict):
        meta = lookup(type_, key)
        replaces = meta.strategy == "replace"
        original[key] = value if replaces else merge_maps(original[key], value, meta.type, options)
    else:
        meta = lookup_list(type_, key)
        original[key] = _merge_list(original[key], value, meta, is_deletion, options)


def _take(original: Obj, key: str, value: Any, options: Options) -> None:
    """Let the patch's value stand, less its directives."""
    if options.drops_nulls:
        _discard_nulls(value)
    if isinstance(value, dict) and DIRECTIVE in value:
        original.pop(key, None)
    else:
        original[key] = _without_directives(value)


def _discard_nulls(value: Any) -> None:
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _discard_nulls(item)


def _without_directives(value: Any) -> Any:
    """The value less every map that holds a directive; maps are changed in place."""
    if isinstance(value, list):
        return [_without_directives(item) for item in value if not _is_directive(item)]
    if isinstance(value, dict):
        for key in list(value):
            if _is_directive(value[key]):
                del value[key]
            else:
                value[key] = _without_directives(value[key])
    return value


def _is_directive(value: Any) -> bool:
    return isinstance(value, dict) and DIRECTIVE in value


def _field_of(key: str, prefix: str, what: str) -> str:
    """``$setElementOrder/containers`` is about ``containers``."""
    found, _, field = key.partition("/")
    if found != prefix or not field:
        raise bad_format(what)
    return field


def _merge_list(
    original: list[Any], patch: list[Any], meta: PatchMeta, is_deletion: bool, options: Options
) -> list[Any]:
    """Merge a list into another, by the field's strategy. Mirrors mergeSliceHandler and mergeSlice."""
    if meta.strategy != "merge" and not is_deletion:
        return patch
    if not original and not patch:
        return original
    kind = element_kind(original, patch)
    if kind is not dict:
        if options.obeys_lists and is_deletion:
            return without_elements(original, patch)
        merged = deduplicated(original + patch)
    else:
        if not meta.merge_key:
            raise PatchError(f"cannot merge lists without merge key for {meta.type.kind}")
        original, patch = _obey_elements(original, patch, meta.merge_key)
        merged = _merge_elements(original, patch, meta, options)
    in_patch, server_only = partition(merged, patch, meta.merge_key)
    return ordered_as(in_patch, server_only, patch, original, meta.merge_key)


def _obey_elements(original: list[Any], patch: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """Obey the elements that are directives; gives the original and the patch without them."""
    plain = []
    replaces = False
    for element in patch:
        directive = element.get(DIRECTIVE)
        if directive is None:
            plain.append(element)
        elif directive == "delete":
            if merge_key not in element:
                raise no_merge_key(element, merge_key)
            original = [item for item in original if item.get(merge_key) != element[merge_key]]
        elif directive == "replace":
            replaces = True
        elif directive == "merge":
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise bad_directive(directive, element)
    return (plain, []) if replaces else (original, plain)


def _merge_elements(original: list[Any], patch: list[Any], meta: PatchMeta, options: Options) -> list[Any]:
    """Merge the elements that have the same merge key; add the others at the end."""
    merged = list(original)
    for element in patch:
        if meta.merge_key not in element:
            raise no_merge_key(element, meta.merge_key)
        index = find_by_key(merged, meta.merge_key, element[meta.merge_key])
        if index is None:
            merged.append(element)
        else:
            merged[index] = merge_maps(merged[index], element, meta.type, options)
    return merged


def _merge_ordered_list(original: Obj, patch: Obj, order_key: str, type_: Type, options: Options) -> None:
    """Merge the list that a $setElementOrder is about, and put it in order.

    Precedence: $setElementOrder, then the order in the patch, then that in the live list.
    """
    order = patch.pop(order_key)
    if not options.obeys_lists and original.setdefault(order_key, order) != order:
        raise bad_format("setElementOrder list")
    if not isinstance(order, list):
        raise bad_type(GO_LIST, order)
    key = _field_of(order_key, SET_ELEMENT_ORDER, "setElementOrder list")
    live, wanted = _list_in(original, key), _list_in(patch, key)
    meta = lookup_list(type_, key)
    _check_order(wanted or [], order, meta.merge_key)
    if live is None and wanted is None:
        return
    live_order = live or []
    if wanted is None:
        merged = list(live_order)
    elif live is None:
        merged = _without_directives(wanted)
    else:
        live_order = _order_after_merging(live, wanted, meta.merge_key)
        merged = _merge_list(live, wanted, meta, False, options)
    element_kind(live or [], wanted or [], may_be_empty=False)
    in_patch, server_only = partition(merged, order, meta.merge_key)
    original[key] = ordered_as(in_patch, server_only, order, live_order, meta.merge_key)
    patch.pop(key, None)


def _order_after_merging(live: list[Any], patch: list[Any], merge_key: str) -> list[Any]:
    """What upstream takes for the order of the live list when it interleaves.

    It deletes and adds in the list's own memory, so that an added element counts as live if it took the place of a
    deleted one.
    """
    deleted = [item.get(merge_key) for item in patch if _is_directive(item) and item[DIRECTIVE] == "delete"]
    if not merge_key or not deleted:
        return live
    kept = [item for item in live if item.get(merge_key) not in deleted]
    names = [item.get(merge_key) for item in kept]
    added = [item for item in patch if not _is_directive(item) and item.get(merge_key) not in names]
    return (kept + added)[: len(live)]


def _list_in(holder: Obj, key: str) -> list[Any] | None:
    if key not in holder:
        return None
    value = holder[key]
    if not isinstance(value, list):
        raise bad_type(GO_LIST, value)
    return value


def _check_order(patch: list[Any], order: list[Any], merge_key: str) -> None:
    """The patch's elements must come in the order that $setElementOrder names."""
    if not patch or not order:
        return
    waiting = [element for element in patch if not _is_directive(element)]
    names = iter(order)
    for element in waiting:
        if not any(_same_element(element, name, merge_key) for name in names):
            wanted = f"{SET_ELEMENT_ORDER} list:\n{text(order)}\n"
            raise PatchError(f"The order in patch list:\n{text(patch)}\n doesn't match {wanted}")


def _same_element(left: Any, right: Any, merge_key: str) -> bool:
    if not merge_key:
        return bool(left == right)
    for element in (left, right):
        if merge_key not in element:
            raise no_merge_key(element, merge_key)
    return bool(left[merge_key] == right[merge_key])
