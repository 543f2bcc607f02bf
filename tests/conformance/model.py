"""Holds HTTP answers and requests against AWS's own service models, as botocore ships them.

botocore itself is lenient when it reads: a missing member, a new one or a value out of bounds goes
through. Other clients are not, so here everything that the model says is demanded: required
members, no others, types, enums, lengths, ranges and patterns.
"""

import json
from xml.etree import ElementTree

import regex
from botocore.validate import ParamValidator

# Refusals of AWS's front door, which no operation's model lists.
COMMON_ERRORS = {
    "AccessDeniedException": {"logs": 400, "xray": 403},
    "IncompleteSignatureException": {"logs": 400, "xray": 400},
    "InternalFailure": {"logs": 500, "xray": 500},
    # The model leaves it out of UntagLogGroup and ListTagsLogGroup, which check their input too.
    "InvalidParameterException": {"logs": 400},
    # The model leaves it out of FilterLogEvents; reported for groups of the class INFREQUENT_ACCESS.
    "InvalidOperationException": {"logs": 400},
    "MissingAuthenticationTokenException": {"logs": 403, "xray": 403},
    "SerializationException": {"logs": 400, "xray": 400},
    "ThrottlingException": {"logs": 400},
    "UnknownOperationException": {"logs": 400, "xray": 404},
    # Recorded from AWS where a name and an ARN are both given.
    "ValidationException": {"logs": 400},
}

CONTENT_TYPES = {
    "xray": "application/json",
    "logs": "application/x-amz-json-1.1",
    "sts": "text/xml",
}

# Where no answer can be what AWS's model says: the built-in sampling rule has the priority 10000,
# and the tags of a log group that has none are an empty map.
KNOWN = ("SamplingRule.Priority: 10000 value, at most 9999", "$.tags: 0 entries, at least 1")

INTEGERS = {"integer": 2**31, "long": 2**63}


class ModelError(AssertionError):
    """Something on the wire is not what the service model says."""


def violations(value, shape, path="$"):
    """What is wrong with a JSON value of this shape."""
    kind = shape.type_name
    if value is None:
        return [f"{path}: null, where absent is meant"]
    if kind == "structure":
        return _structure(value, shape, path)
    if kind == "list":
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        found = _bounds(len(value), shape, path, "members")
        for index, item in enumerate(value):
            found += violations(item, shape.member, f"{path}[{index}]")
        return found
    if kind == "map":
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no map"]
        found = _bounds(len(value), shape, path, "entries")
        for key, item in value.items():
            found += violations(key, shape.key, f"{path}.{key} (key)")
            found += violations(item, shape.value, f"{path}.{key}")
        return found
    if kind == "string":
        return _string(value, shape, path)
    if kind == "boolean":
        return [] if isinstance(value, bool) else [f"{path}: {value!r} is no boolean"]
    if kind in INTEGERS:
        limit = INTEGERS[kind]
        if isinstance(value, bool) or not isinstance(value, int):
            return [f"{path}: {value!r} is no {kind}"]
        if not -limit <= value < limit:
            return [f"{path}: {value!r} does not fit a {kind}"]
        return _bounds(value, shape, path, "value")
    if kind in ("float", "double", "timestamp"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return [f"{path}: {value!r} is no number"]
        return _bounds(value, shape, path, "value")
    return [f"{path}: no rule for shapes of type {kind}"]


def _structure(value, shape, path):
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no structure"]
    found = [
        f"{path}.{name}: required by {shape.name}, and missing"
        for name in shape.required_members
        if name not in value
    ]
    members = {
        member.serialization.get("name", name): member for name, member in shape.members.items()
    }
    for name, item in value.items():
        if name in members:
            found += violations(item, members[name], f"{path}.{name}")
        else:
            found.append(f"{path}.{name}: {shape.name} has no such member")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        found.append(f"{path}: a union with {len(value)} members")
    return found


def _string(value, shape, path):
    if not isinstance(value, str):
        return [f"{path}: {value!r} is no string"]
    found = _bounds(len(value), shape, path, "characters")
    # botocore's `enum` is empty for strings without one.
    if shape.enum and value not in shape.enum:
        found.append(f"{path}: {value!r} is none of {', '.join(shape.enum)}")
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not regex.fullmatch(pattern, value):
        found.append(f"{path}: {value!r} does not match {pattern}")
    return found


def _bounds(size, shape, path, unit):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        return [f"{path}: {size} {unit}, at least {least}"]
    if most is not None and size > most:
        return [f"{path}: {size} {unit}, at most {most}"]
    return []


def check_request(operation, body):
    """Demands that a JSON request is as the model says, maxima and patterns included."""
    shape = operation.input_shape
    if shape is None:
        found = [] if body in (b"", b"{}") else [f"$: a body, {body!r}"]
    else:
        found = violations(json.loads(body or b"{}"), shape)
    _demand(operation, "request", found)


def check_answer(operation, status, headers, body):
    """Demands that an answer on the wire is as the model says."""
    service = operation.service_model.service_name
    headers = {name.lower(): value for name, value in headers.items()}
    found = []
    if headers.get("content-type") != CONTENT_TYPES[service]:
        found.append(f"content type {headers.get('content-type')}")
    if not headers.get("x-amzn-requestid"):
        found.append("no x-amzn-RequestId")
    if status >= 300:
        found += _refusal(operation, status, headers, body)
    elif status != 200:
        found.append(f"HTTP {status}")
    elif operation.output_shape is None:
        found += [] if body in (b"", b"{}") else [f"a body, {body!r}"]
    elif service == "sts":
        found += violations(_result(operation, body), operation.output_shape)
    else:
        seen = violations(json.loads(body), operation.output_shape)
        found += [each for each in seen if not each.endswith(KNOWN)]
    _demand(operation, f"answer {body[:2000]!r}", found)


def check_parsed(operation, parsed):
    """Demands that what botocore made of an answer is as the model says, by botocore's own judge."""
    if operation.output_shape is None:
        return
    members = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    report = ParamValidator().validate(members, operation.output_shape)
    _demand(operation, f"parsed answer {members!r}", [report.generate_report()] if report.has_errors() else [])


def _refusal(operation, status, headers, body):
    service = operation.service_model.service_name
    if service == "sts":
        error = ElementTree.fromstring(body).find("{*}Error")
        texts = [error.findtext("{*}" + name) for name in ("Type", "Code", "Message")]
        return [] if all(texts) else [f"an error without type, code or message: {body!r}"]
    members = json.loads(body)
    code = members.get("__type", "")
    found = []
    if service == "xray" and headers.get("x-amzn-errortype") != code:
        found.append(f"x-amzn-ErrorType {headers.get('x-amzn-errortype')}, __type {code}")
    shapes = {shape.name: shape for shape in operation.error_shapes}
    allowed = {"__type", "message", "Message"}
    if code in shapes:
        expected = shapes[code].metadata.get("error", {}).get("httpStatusCode", 400)
        modelled = {name: value for name, value in members.items() if name in shapes[code].members}
        found += violations(modelled, shapes[code])
        allowed |= set(shapes[code].members)
    else:
        expected = COMMON_ERRORS.get(code, {}).get(service)
    if expected is None:
        found.append(f"{code} is no error of {operation.name}")
    elif status != expected:
        found.append(f"{code} with HTTP {status}, not {expected}")
    found += [f"$.{name}: not a member of {code}" for name in members if name not in allowed]
    if not members.get("Message" if service == "xray" else "message"):
        found.append(f"{code} without a message")
    return found


def _result(operation, body):
    root = ElementTree.fromstring(body)
    result = root.find("{*}" + operation.output_shape.serialization["resultWrapper"])
    return {child.tag.partition("}")[2]: child.text for child in result}


def _demand(operation, what, found):
    if found:
        raise ModelError(f"{operation.name}: {what}\n  " + "\n  ".join(found))
