"""Pictures are written anew: nothing but the dots survives, and no bomb is unpacked."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from marketplace.domain.errors import NotFound
from marketplace.domain.listings import MOST_PICTURES, NotAPicture, TooManyPictures
from marketplace.gateways.pictures import prepare
from marketplace.gateways.storage import FolderStorage, beside
from marketplace.services.market import listings, pictures
from tests.services.offers import AT, make_cooperative, make_listing, make_membership

GPS = 0x8825


def jpeg_with_gps(size=(2400, 1200)):
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (51.0, 35.0, 10.0)
    exif[0x010E] = "Kerkstraat 1"
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif, comment=b"Kerkstraat 1")
    return out.getvalue()


def test_place_data_is_gone_from_an_uploaded_picture():
    sent = jpeg_with_gps()
    assert dict(Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS))
    prepared = prepare(sent)
    for content in (prepared.full, prepared.thumbnail):
        kept = Image.open(io.BytesIO(content))
        assert kept.format == "WEBP"
        assert not kept.getexif()
        assert b"Kerkstraat" not in content
        assert b"EXIF" not in content


def test_a_large_picture_becomes_at_most_1600_with_a_small_one_of_640():
    prepared = prepare(jpeg_with_gps())
    assert (prepared.width, prepared.height) == (1600, 800)
    assert Image.open(io.BytesIO(prepared.thumbnail)).size == (640, 320)


def test_a_picture_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(out, "JPEG", exif=exif)
    prepared = prepare(out.getvalue())
    assert (prepared.width, prepared.height) == (200, 300)


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "L", "1", "CMYK"])
def test_every_usual_kind_of_picture_is_read(mode):
    out = io.BytesIO()
    Image.new(mode, (20, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert prepare(out.getvalue()).width == 20


def png_that_claims(width, height):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"geen plaatje",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        jpeg_with_gps()[:600],
        png_that_claims(10_000, 10_000),
        png_that_claims(60_000, 60_000),
    ],
    ids=["empty", "text", "pdf", "svg", "cut", "bomb", "large-bomb"],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(NotAPicture):
        prepare(content)


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path / "files")


@pytest.fixture
def membership(session):
    return make_membership(session, make_cooperative(session))


def add(session, storage, membership, listing):
    return pictures.add(
        session,
        storage=storage,
        membership_id=membership.id,
        listing=listing.public_id,
        content=jpeg_with_gps((80, 60)),
        alt="Een heg",
        now=AT,
    )


def test_a_picture_of_a_draft_is_seen_by_its_owner_only(session, storage, membership):
    draft = make_listing(session, membership, published=False)
    picture = add(session, storage, membership, draft)
    own = pictures.file_of(session, picture=picture.public_id, membership_ids=(membership.id,))
    assert storage.fetch(beside(own, pictures.SMALL))
    with pytest.raises(NotFound):
        pictures.file_of(session, picture=picture.public_id)
    listings.publish(session, membership_id=membership.id, public_id=draft.public_id, now=AT)
    assert pictures.file_of(session, picture=picture.public_id) == own


def test_somebody_else_adds_and_removes_no_pictures(session, storage, membership):
    other = make_membership(session, make_cooperative(session))
    listing = make_listing(session, membership)
    picture = add(session, storage, membership, listing)
    with pytest.raises(NotFound):
        add(session, storage, other, listing)
    with pytest.raises(NotFound):
        pictures.remove(
            session,
            membership_id=other.id,
            listing=listing.public_id,
            picture=picture.public_id,
        )


def test_a_listing_holds_six_pictures_and_a_removed_one_makes_room(session, storage, membership):
    listing = make_listing(session, membership)
    made = [add(session, storage, membership, listing) for _ in range(MOST_PICTURES)]
    assert [picture.position for picture in made] == list(range(MOST_PICTURES))
    with pytest.raises(TooManyPictures):
        add(session, storage, membership, listing)
    pictures.remove(
        session,
        membership_id=membership.id,
        listing=listing.public_id,
        picture=made[0].public_id,
    )
    assert add(session, storage, membership, listing).position == MOST_PICTURES
