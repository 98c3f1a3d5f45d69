"""Uploads: tables and archives as people have them, and as nobody should send them."""

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import describe, make_dataset
from engine.datasets.uploads import Upload, UploadError, read_csv, read_npz
from engine.datasets.uploads.upload import MOST_BYTES
from engine.limits import MOST_INPUTS, MOST_NUMBERS, MOST_POINTS
from engine.population import Population
from engine.spec import RunSpec


def archive(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(array), **options)
    return buffer.getvalue()


def rows_of(upload: Upload) -> set[tuple[float, ...]]:
    dataset = make_dataset(upload.dataset)
    return set(map(tuple, np.vstack([dataset.train_inputs, dataset.test_inputs]).tolist()))


def refusal(read: Any, data: bytes) -> str:
    with pytest.raises(UploadError) as caught:
        read(data)
    message = str(caught.value)
    assert message.endswith((".", ")"))
    assert len(message) < 400
    return message


X = np.arange(24.0).reshape(8, 3)
Y = np.arange(8) % 2


class TestTable:
    def test_a_table_with_names(self) -> None:
        upload = read_csv(b"length,width,kind\n1,2,cat\n3,4.5,dog\n-1e2,.5,cat\n")
        assert upload.names == ("length", "width", "kind")
        assert rows_of(upload) == {(1, 2), (3, 4.5), (-100, 0.5)}
        assert (upload.dataset.task, upload.dataset.classes) == ("classification", ("cat", "dog"))
        assert upload.left_out == ()

    @pytest.mark.parametrize(
        "text",
        [
            "1;2;0\n3;4,5;1\n",
            "1\t2\t0\n3\t4.5\t1\n",
            "\ufeff1, 2 ,0\r\n3,4.5,1\r\n",
            '"1","2","0"\n"3","4.5","1"',
            "1,2,0\r3,4.5,1\r",
        ],
    )
    def test_separators_line_ends_and_quotes(self, text: str) -> None:
        upload = read_csv(text.encode())
        assert rows_of(upload) == {(1, 2), (3, 4.5)}
        assert (upload.names, upload.dataset.classes) == ((), (0.0, 1.0))

    def test_names_are_found_beside_words_for_labels_too(self) -> None:
        assert read_csv(b"a,b,c\n1,2,x\n3,4,y\n").names == ("a", "b", "c")
        assert read_csv(b"1,2,x\n3,4,y\n").names == ()
        assert read_csv(b"1,b,c\n1,2,3\n2,3,4\n").names == ("1", "b", "c")

    def test_many_numbers_are_predicted_and_few_are_classes(self) -> None:
        few = read_csv("\n".join(f"{row},{row % 10}" for row in range(40)).encode())
        many = read_csv("\n".join(f"{row},{row % 11}" for row in range(40)).encode())
        halves = read_csv(b"1,0.5\n2,1\n3,1.5\n")
        assert [upload.dataset.task for upload in (few, many, halves)] == ["classification", "regression", "regression"]

    def test_a_fifth_tests_and_the_same_rows_each_time(self) -> None:
        text = "\n".join(f"{row},{row * 2},{row % 2}" for row in range(50)).encode()
        upload = read_csv(text)
        assert (len(upload.dataset.train_labels), len(upload.dataset.test_labels)) == (40, 10)
        assert read_csv(text) == upload
        assert len(rows_of(upload)) == 50

    def test_bad_rows_are_left_out_and_listed_by_line(self) -> None:
        upload = read_csv(b"a,b,c\n1,2,x\n1,2\n\n,2,x\n1,two,y\n1,nan,y\n1,1e9,y\n3,4,\n3,4,y\n")
        assert rows_of(upload) == {(1, 2), (3, 4)}
        assert [(row.line, row.reason.split(";")[0]) for row in upload.left_out] == [
            (3, "It has 2 cells where 3 are wanted"),
            (5, "Cell 1 is empty"),
            (6, "Cell 2 is not a number from −1000000 to 1000000"),
            (7, "Cell 2 is not a number from −1000000 to 1000000"),
            (8, "Cell 2 is not a number from −1000000 to 1000000"),
            (9, "The label, the last cell, is empty or not a short text"),
        ]

    def test_only_the_first_faults_are_listed_and_all_are_counted(self) -> None:
        upload = read_csv(b"1,a\n2,b\n" + b"x,a\n" * 500)
        assert (len(upload.left_out), upload.left_out_count) == (20, 500)

    def test_a_cell_of_a_hundred_thousand_digits_is_refused_at_once(self) -> None:
        """Looked through as a number it would take hours: the ways to cut its digits in two are too many."""
        upload = read_csv(b"1,a\n2,b\n" + b"1" * 100_000 + b"x,a\n")
        assert [row.line for row in upload.left_out] == [3]

    def test_a_run_trains_on_it(self) -> None:
        text = "\n".join(f"{x},{x * x},{'far' if abs(x) > 2 else 'near'}" for x in np.linspace(-4, 4, 60)).encode()
        upload = read_csv(text)
        spec = RunSpec.from_dict({"dataset": upload.dataset, "layers": []})
        population = Population([spec])
        population.advance_epochs(60)
        assert population.accuracy()["train"][0] > 0.9
        assert RunSpec.from_dict(spec.to_dict()) == spec

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\n\n  \n", "blank"),
            ("1,2\n".encode("utf-16"), "UTF-16"),
            ("1,2\n3,4".encode("utf-16-le"), "NUL"),
            (b"1,2,3\n1,\x00,3", "NUL"),
            (b"1,2,a\n1,2,\xff\xfe", "Line 2 is not in UTF-8"),
            (b"1\n2\n3\n", "one column"),
            (b"a,b,c\n", "No row"),
            (b"a,b,c\nx,y,z\n", "No row can be used. Line 2: Cell 1"),
            (b"1,a\n2,a\n", "Found 1 class"),
            ("\n".join(f"1,label {row}" for row in range(11)).encode(), "Found 11 classes"),
            (b'1,2,"a\n' + b"1,2,a\n" * 40_000, "not CSV"),
            (b"," * 1_000_000, f"Line 1 has more than {MOST_INPUTS + 1} columns"),
            (b"1,2,3\n" + b"," * 1_000_000, "Line 2 has more"),
            (b"1,2\n" * (MOST_POINTS + 2), "At most 10000 rows"),
            ((b"," * MOST_INPUTS + b"\n") * 300, "1000000 numbers"),
            (b"\n" * 5_000_000, "At most 10000 rows"),
            (b"1" * (MOST_BYTES + 1), "bytes"),
            (b"PK\x03\x04\x00\x00", "NUL"),
        ],
    )
    def test_what_cannot_be_read_says_so(self, data: bytes, words: str) -> None:
        assert words in refusal(read_csv, data)

    @given(st.binary(max_size=300))
    @settings(max_examples=50)
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        with suppress(UploadError):
            assert read_csv(data).dataset.train_labels

    @pytest.mark.parametrize("cell", ["1_000", "0x10", "inf", "１２", "1e999", "--1", "1 2", "9" * 100])
    def test_only_plain_numbers_are_numbers(self, cell: str) -> None:
        assert read_csv(f"1,a\n2,b\n{cell},a\n".encode()).left_out_count == 1


class TestArchive:
    @pytest.mark.parametrize(
        ("shape", "inputs"), [((8,), "vector"), ((8, 5), "vector"), ((8, 5, 2), "sequence"), ((8, 1, 4, 4), "image")]
    )
    def test_shapes(self, shape: tuple[int, ...], inputs: str) -> None:
        upload = read_npz(archive(x=np.zeros(shape), y=Y))
        form = describe(upload.dataset)
        assert (form.inputs, form.shape) == (inputs, shape[1:] or (1,))

    def test_images_get_a_channel(self) -> None:
        upload = read_npz(archive(images=np.ones((8, 6, 5), np.uint8), labels=Y))
        assert describe(upload.dataset).shape == (1, 6, 5)

    def test_a_split_that_is_given_is_kept(self) -> None:
        upload = read_npz(archive(x_train=X[:6], y_train=Y[:6], x_test=X[6:], y_test=Y[6:]))
        dataset = make_dataset(upload.dataset)
        assert np.array_equal(dataset.train_inputs, X[:6])
        assert np.array_equal(dataset.test_inputs, X[6:])
        assert dataset.test_labels.tolist() == [0, 1]

    @pytest.mark.parametrize("dtype", ["<f8", ">f8", "f4", "f2", "i8", ">i2", "u1", "?"])
    def test_every_plain_number_is_taken(self, dtype: str) -> None:
        values = (np.arange(16).reshape(8, 2) % 2).astype(dtype)
        assert rows_of(read_npz(archive(x=values, y=Y))) == {(0, 1)}

    def test_fortran_order_is_put_right(self) -> None:
        upload = read_npz(archive(x=np.asfortranarray(X), y=Y))
        assert rows_of(upload) == set(map(tuple, X.tolist()))

    @pytest.mark.parametrize(
        ("arrays", "words"),
        [
            ({"x": np.array([{}] * 8, dtype=object), "y": Y}, "plain numbers"),
            ({"x": X.astype(complex), "y": Y}, "plain numbers"),
            ({"x": X.astype(np.longdouble), "y": Y}, "plain numbers"),
            ({"x": np.array(["a"] * 8), "y": Y}, "plain numbers"),
            ({"x": np.zeros(8, dtype=[("a", "f4")]), "y": Y}, "plain numbers"),
            ({"x": X.astype("M8[s]"), "y": Y}, "plain numbers"),
            ({"x": np.zeros((8, 1, 1, 1, 1)), "y": Y}, "axes"),
            ({"x": X, "y": Y[:5]}, "as many"),
            ({"x": X, "y": X}, "as many"),
            ({"x": X, "y": np.float64(1)}, "as many"),
            ({"x": X[:0], "y": Y[:0]}, "at least one"),
            ({"x": X}, "Name the arrays x and y"),
            ({"a": X, "b": Y}, "Name the arrays x and y"),
            ({"x": X * np.nan, "y": Y}, "finite"),
            ({"x": X * 1e6, "y": Y}, "too large"),
            ({"x": X, "y": np.full(8, np.inf)}, "finite"),
            ({"x": X, "y": Y * 0}, "Found 1 class"),
            ({"x": np.zeros((2, 5000)), "y": Y[:2]}, "4096"),
            ({"x": np.zeros((20_000, 1)), "y": np.arange(20_000) % 2}, "10000"),
            ({"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}, "differ in shape"),
            ({f"x{place}": X for place in range(17)}, "more than 16"),
        ],
    )
    def test_what_cannot_be_trained_on_says_so(self, arrays: dict[str, Any], words: str) -> None:
        assert words in refusal(read_npz, archive(**arrays))

    def test_an_object_array_runs_nothing(self) -> None:
        class Trap:
            def __reduce__(self) -> Any:
                return exec, ("raise SystemExit",)

        assert "plain numbers" in refusal(read_npz, archive(x=np.array([Trap()] * 8, dtype=object), y=Y))

    @pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
    def test_cut_short(self, keep: float) -> None:
        data = archive(x=X, y=Y)
        assert "NPZ archive" in refusal(read_npz, data[: int(len(data) * keep)])

    @pytest.mark.parametrize(
        ("member", "words"),
        [
            (npy(X)[:-1], "cut short"),
            (npy(X) + b"\x00", "longer"),
            (npy(X)[:40], "no header"),
            (b"", "no header"),
            (b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"{" * 100, "no header"),
            (b"\x93NUMPY\x03\x00" + npy(X)[8:], "no header"),
            (npy(X).replace(b"(8, 3)", b"(-8,3)"), "too many"),
            (npy(X).replace(b"(8, 3), }       ", b"(0, 9999999999)}"), "too many"),
            (npy(X).replace(b"'<f8'", b"'|O' "), "plain numbers"),
        ],
    )
    def test_members_that_lie(self, member: bytes, words: str) -> None:
        assert words in refusal(read_npz, zipped({"x.npy": member, "y.npy": npy(Y)}))

    def test_other_things_in_a_zip(self) -> None:
        assert "no open NumPy array" in refusal(read_npz, zipped({"readme.txt": b"hello"}))
        lzma = zipped({"x.npy": npy(X), "y.npy": npy(Y)}, zipfile.ZIP_LZMA)
        assert "no open NumPy array" in refusal(read_npz, lzma)
        assert "NPZ archive" in refusal(read_npz, b"x,y\n1,2\n")
        assert "empty" in refusal(read_npz, b"")

    def test_a_damaged_byte_is_found(self) -> None:
        data = bytearray(zipped({"x.npy": npy(X), "y.npy": npy(Y)}, zipfile.ZIP_STORED))
        data[200] ^= 0xFF
        assert "NPZ archive" in refusal(read_npz, bytes(data))

    @given(st.binary(max_size=40), st.integers(0, 600))
    @settings(max_examples=50)
    def test_any_damage_is_read_or_refused(self, patch: bytes, place: int) -> None:
        data = bytearray(archive(x=X, y=Y))
        data[place : place + len(patch)] = patch
        with suppress(UploadError):
            assert read_npz(bytes(data)).dataset.train_labels


class TestBombs:
    def grown(self, data: bytes, words: str) -> int:
        """Bytes that were in use at most while an archive was refused."""
        tracemalloc.start()
        try:
            assert words in refusal(read_npz, data)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def test_what_says_that_it_is_large_is_not_unpacked(self) -> None:
        data = archive(x=np.zeros((1000, 20_000)), y=Y)
        assert len(data) < 400_000
        assert self.grown(data, "Unpacked it would take 160") < 1_000_000

    def test_what_says_that_it_is_small_is_not_unpacked_further(self) -> None:
        content = npy(np.zeros((1000, 20_000)))
        data = bytearray(zipped({"x.npy": content, "y.npy": npy(Y)}))
        for marker, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            at = data.find(marker) + place
            assert struct.unpack_from("<I", data, at) == (len(content),)
            struct.pack_into("<I", data, at, 5_000_000)
        assert self.grown(bytes(data), "too many numbers") < 1_000_000

    def test_a_long_directory_is_not_read(self) -> None:
        data = zipped({f"{place}.npy": b"" for place in range(20_000)})
        assert self.grown(data, "more than 16") < 1_000_000

    def test_the_most_that_is_read_takes_bounded_memory(self) -> None:
        side = MOST_NUMBERS // 4000
        data = archive(x=np.zeros((side, 4000), np.uint8), y=np.arange(side) % 2)
        tracemalloc.start()
        assert read_npz(data).dataset.train_size == 200
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
        tracemalloc.stop()
