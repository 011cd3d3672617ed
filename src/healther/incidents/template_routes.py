"""Update templates: `/api/v1/workspaces/{workspace_id}/update-templates`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import Access, AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.clock import to_utc
from healther.core.markdown import rendered
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_from, within
from healther.incidents.models import Stage, UpdateTemplate
from healther.incidents.schemas import UpdateTemplateBody, UpdateTemplatePublic
from healther.incidents.service import templates

router = APIRouter(prefix="/workspaces/{workspace_id}/update-templates", tags=["incidents"])

_FULL: dict[int | str, dict[str, Any]] = {409: {"description": "There are as many as there may be."}}


MOST_CHARACTERS = 60_000
"""As they were typed: what a page of them may come to."""


async def _public(templates: Sequence[UpdateTemplate]) -> list[UpdateTemplatePublic]:
    bodies = await rendered(*(template.body for template in templates))
    return [_shown(template, html) for template, html in zip(templates, bodies, strict=True)]


def _shown(template: UpdateTemplate, body_html: str) -> UpdateTemplatePublic:
    return UpdateTemplatePublic(
        id=template.id,
        name=template.name,
        stage=Stage(template.stage),
        body=template.body,
        body_html=body_html,
        created_at=to_utc(template.created_at),
    )


def _note(session: AsyncSession, access: Access, template: UpdateTemplate, verb: str, now_ms: int) -> None:
    audit(
        session,
        workspace_id=access.workspace_id,
        actor=access.actor,
        action=f"update_template.{verb}",
        object_id=template.id,
        object_name=template.name,
        now_ms=now_ms,
    )


@router.get("")
async def update_templates_list(
    access: ObserverAccess, session: ReadSessionDep, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[UpdateTemplatePublic]:
    """The words prepared for updates, by name."""
    cursors = Cursors("update-templates", access.workspace_id)
    after = cursors.decode_named(cursor)
    rows = await templates.list_templates(session, access.workspace_id, after=after, limit=limit + 1)
    shown = within((len(row.body) for row in rows[:limit]), MOST_CHARACTERS)
    return page_from(rows, await _public(rows[:shown]), lambda row: cursors.encode(row.name, str(row.id)))


@router.post("", status_code=status.HTTP_201_CREATED, responses=_FULL)
async def update_templates_create(
    access: AdminAccess, body: UpdateTemplateBody, session: SessionDep, now_ms: NowMs
) -> UpdateTemplatePublic:
    """Prepares words for an update."""
    template = await templates.add_template(session, access.workspace_id, body, now_ms)
    _note(session, access, template, "create", now_ms)
    return (await _public([template]))[0]


@router.put("/{template_id}")
async def update_templates_replace(
    access: AdminAccess, template_id: UUID, body: UpdateTemplateBody, session: SessionDep, now_ms: NowMs
) -> UpdateTemplatePublic:
    """Puts other words in its place."""
    template = await templates.load_template(session, access.workspace_id, template_id)
    template.name, template.stage, template.body = body.name, body.stage, body.body
    session.add(template)
    _note(session, access, template, "edit", now_ms)
    return (await _public([template]))[0]


@router.delete("/{template_id}", status_code=status.HTTP_204_NO_CONTENT)
async def update_templates_delete(access: AdminAccess, template_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Deletes it; updates made from it stay."""
    template = await templates.load_template(session, access.workspace_id, template_id)
    _note(session, access, template, "delete", now_ms)
    await session.delete(template)
