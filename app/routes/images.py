"""Images of one's own as the network takes them: nothing is kept of them, and no run is touched."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app import schemas
from app.answers import JsonResponse
from app.errors import FieldError, Invalid
from app.images.kinds import LEAST_SIDE, MOST_IMAGES, MOST_SIDE, ImageRefused
from app.openapi import BODY, problems, request_body
from app.upload import MULTIPART, files_of

router = APIRouter(prefix="/api/v1", tags=["images"])

Side = Annotated[int, Query(ge=LEAST_SIDE, le=MOST_SIDE, description="Pixels along each side of what comes out.")]


@router.post(
    "/images",
    summary="Read images as the digits are read",
    description="PNG, JPEG, GIF, WebP or BMP images of ink on paper, of up to 16 million pixels each. Each comes back "
    "in grey, its ink centred and brought to one size and thickness as the handwritten digits are. One that cannot be "
    "used refuses them all, and `errors` says why. Nothing of them is kept: neither the files nor their metadata.",
    responses={
        200: {"model": schemas.OwnImages, "description": "The images in the order in which they were sent."},
        **problems(*BODY, 503),
    },
    openapi_extra=request_body(schemas.ImageFiles, MULTIPART),
)
async def read_images(request: Request, side: Side = 8) -> Response:
    state = request.app.state
    images, errors = [], []
    async with files_of(request, "images", MOST_IMAGES, state.settings.max_images_body, state.upload_room) as files:
        for place, data in enumerate(files):
            async with state.decoding:
                try:
                    images.append(await asyncio.to_thread(read_image, data, side))
                except ImageRefused as refusal:
                    errors.append(FieldError(f"/images/{place}", str(refusal)))
    if errors:
        raise Invalid("Some images cannot be used." if len(files) > 1 else "The image cannot be used.", errors)
    return JsonResponse({"side": side, "images": images})


def read_image(data: bytes, side: int) -> dict[str, Any]:
    """One image's document. Raises `ImageRefused`. Pillow is loaded for the first."""
    from app.images.ink import to_pixels
    from app.images.picture import read_picture

    picture = read_picture(data)
    return {
        "values": to_pixels(picture.grey, side),
        "format": picture.kind,
        "width": picture.width,
        "height": picture.height,
        "notes": list(picture.notes),
    }
