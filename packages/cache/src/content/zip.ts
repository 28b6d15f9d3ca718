/** As much of ZIP as a `.npz` needs: one member out of an archive, and an archive of one member. */
import type { Bytes } from "../contract/types.ts";
import { decompress } from "./compress.ts";
import { crc32 } from "./crc32.ts";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DEFLATED = 8;
/** 1980-01-01: the same labels give the same file. */
const DATE = 0x21;

type Fail = (reason: string, cause?: unknown) => never;

interface Member {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** The member's bytes, their checksum checked. */
export async function readMember(bytes: Bytes, name: string, limit: number, fail: Fail): Promise<Bytes> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let member: Member;
  let content: Bytes;
  try {
    member = findMember(bytes, view, name, fail);
    content = bytes.subarray(...rangeOf(view, member, fail));
  } catch (error) {
    if (error instanceof RangeError) return fail("its ZIP directory points outside", error);
    throw error;
  }
  if (member.size > limit) return fail(`its ${name} would take ${member.size} bytes, more than ${limit}`);
  const value = member.method === DEFLATED ? await inflate(content, member.size, fail) : content.slice();
  if (value.byteLength !== member.size || crc32(value) !== member.crc)
    return fail(`the checksum of its ${name} is wrong`);
  return value;
}

async function inflate(content: Bytes, size: number, fail: Fail): Promise<Bytes> {
  try {
    return await decompress(content, "deflate-raw", size);
  } catch (error) {
    return fail("it cannot be unpacked", error);
  }
}

function findMember(bytes: Bytes, view: DataView, name: string, fail: Fail): Member {
  const end = findEnd(view, fail);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== CENTRAL) return fail("its ZIP directory is broken");
    const nameLength = view.getUint16(at + 28, true);
    const found = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (found === name) {
      return {
        method: view.getUint16(at + 10, true),
        crc: view.getUint32(at + 16, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        offset: view.getUint32(at + 42, true),
      };
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return fail(`there is no ${name} in it`);
}

/** The end record lies in the last 64 kB, before a comment that nobody writes. */
function findEnd(view: DataView, fail: Fail): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  return fail("it is no ZIP, or cut");
}

/** The name and the extra field stand a second time before the content, and may be longer there. */
function rangeOf(view: DataView, { method, offset, packed }: Member, fail: Fail): [number, number] {
  if (method !== DEFLATED && method !== 0) return fail(`it is packed by method ${method}`);
  if (view.getUint32(offset, true) !== LOCAL) return fail("its ZIP directory points at nothing");
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > view.byteLength) return fail("it is cut");
  return [start, start + packed];
}

/** An archive with one deflated member. */
export function writeArchive(name: string, value: Bytes, packed: Bytes): Bytes {
  const crc = crc32(value);
  const shared = (view: DataView, at: number): void => {
    view.setUint16(at, 20, true); // version 2.0
    view.setUint16(at + 4, DEFLATED, true);
    view.setUint16(at + 8, DATE, true);
    view.setUint32(at + 10, crc, true);
    view.setUint32(at + 14, packed.byteLength, true);
    view.setUint32(at + 18, value.byteLength, true);
    view.setUint16(at + 22, name.length, true);
  };
  const start = 30 + name.length + packed.byteLength;
  const archive = new Uint8Array(start + 46 + name.length + 22);
  const view = new DataView(archive.buffer);
  const text = new TextEncoder().encode(name);

  view.setUint32(0, LOCAL, true);
  shared(view, 4);
  archive.set(text, 30);
  archive.set(packed, 30 + name.length);

  view.setUint32(start, CENTRAL, true);
  view.setUint16(start + 4, 20, true);
  shared(view, start + 6);
  archive.set(text, start + 46);

  const end = start + 46 + name.length;
  view.setUint32(end, END, true);
  view.setUint16(end + 8, 1, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, end - start, true);
  view.setUint32(end + 16, start, true);
  return archive;
}
