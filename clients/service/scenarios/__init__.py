"""The scenarios, in the order in which they are played: what each is called, and what plays it."""

from . import (
    access, begin, cleanup, command_line, content, documents_only, endings, scheduling, states, writers,
)

ALL = {
    "bootstrap": begin.bootstrap,
    "start": begin.start,
    "scheduling pass": scheduling.passes,
    "many connectors": scheduling.pages,
    "full sync": content.full,
    "incremental sync": content.incremental,
    "access control sync": access.sync,
    "cancel": endings.cancel,
    "error": endings.error,
    "suspend and resume": endings.suspend,
    "deleted while it ran": endings.deleted,
    "idle and orphaned jobs": cleanup.jobs,
    "without the Connector APIs": documents_only.sync,
    "command line": command_line.commands,
    "two writers": writers.two,
    "a hundred writers": writers.hundred,
    "around the status machines": states.around,
}
