/** As much of ZIP as a `.npz` needs: one member out of an archive (zip64 too), and an archive of one member. */

import type { Bytes } from "@isic/cache";
import { crc32 } from "@isic/core-wasm";
import { decompress } from "./compress.ts";

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DEFLATED = 8;
/** 1980-01-01: the same labels give the same file. */
const DATE = 0x21;
/** Deflate makes at most this many bytes of one; a directory that says more is not to be believed. */
const MOST_EXPANSION = 1032;
/** What a field of 32 bits holds where the real number is in the zip64 extra field. */
const IN_EXTRA = 0xffffffff;

type Fail = (reason: string, cause?: unknown) => never;

interface Member {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

export interface ReadMemberOptions {
  /** The member's largest size in bytes. */
  readonly limit: number;
  /** Looks at the first bytes and at how many there will be; may throw before the rest is unpacked. */
  readonly onStart: (first: Bytes, size: number) => void;
  /** Throws what is wrong with the file. */
  readonly fail: Fail;
}

/** The bytes of the first member that is called so, their checksum checked. */
export async function readMember(
  bytes: Bytes,
  name: string,
  { limit, onStart, fail }: ReadMemberOptions,
): Promise<Bytes> {
  let member: Member;
  let content: Bytes;
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    member = findMember(bytes, view, name, fail);
    content = bytes.subarray(...rangeOf(view, member, fail));
  } catch (error) {
    if (error instanceof RangeError) return fail("its ZIP directory points outside", error);
    throw error;
  }
  if (member.size > limit) return fail(`its ${name} would take ${member.size} bytes, more than ${limit}`);
  if (member.size > content.length * MOST_EXPANSION)
    return fail(`its ${name} cannot have the ${member.size} bytes that its directory says`);
  const value = await unpack(content, member, onStart, fail);
  if (value.byteLength !== member.size || crc32(value) !== member.crc)
    return fail(`the checksum of its ${name} is wrong`);
  return value;
}

async function unpack(content: Bytes, { method, size }: Member, onStart: ReadMemberOptions["onStart"], fail: Fail) {
  if (method !== DEFLATED) {
    onStart(content, content.byteLength);
    return content.slice();
  }
  let refused: unknown;
  const watched = (first: Bytes): void => {
    try {
      onStart(first, size);
    } catch (error) {
      refused = error;
      throw error;
    }
  };
  try {
    return await decompress(content, "deflate-raw", { size, onStart: watched });
  } catch (error) {
    if (error === refused) throw error;
    return fail("it cannot be unpacked", error);
  }
}

function findMember(bytes: Bytes, view: DataView, name: string, fail: Fail): Member {
  const directory = findDirectory(view, fail);
  let { at } = directory;
  for (let i = 0; i < directory.count; i++) {
    if (view.getUint32(at, true) !== CENTRAL) return fail("its ZIP directory is broken");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const found = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (found === name) return memberAt(view, at, nameLength, extraLength, fail);
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return fail(`there is no ${name} in it`);
}

function memberAt(view: DataView, at: number, nameLength: number, extraLength: number, fail: Fail): Member {
  const start = at + 46 + nameLength;
  const large = zip64Extra(view, start, start + extraLength);
  /** The real numbers stand in the extra field in this order, each only where its own field has no room. */
  const value = (field: number): number => {
    const short = view.getUint32(at + field, true);
    if (short !== IN_EXTRA) return short;
    return large.shift() ?? fail("its ZIP directory lacks a size");
  };
  const size = value(24);
  const packed = value(20);
  const offset = value(42);
  return { method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed, size, offset };
}

function zip64Extra(view: DataView, from: number, end: number): number[] {
  for (let at = from; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const count = Math.floor(Math.min(view.getUint16(at + 2, true), end - at - 4) / 8);
    return Array.from({ length: count }, (_, i) => uint64(view, at + 4 + 8 * i));
  }
  return [];
}

/** Where the directory begins, and how many members it has. */
function findDirectory(view: DataView, fail: Fail): { at: number; readonly count: number } {
  const end = findEnd(view, fail);
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === END_64_LOCATOR) {
    const large = uint64(view, locator + 8);
    if (view.getUint32(large, true) === END_64)
      return { at: uint64(view, large + 48), count: uint64(view, large + 32) };
  }
  return { at: view.getUint32(end + 16, true), count: view.getUint16(end + 10, true) };
}

/** The end record lies in the last 64 kB, before a comment that nobody writes. */
function findEnd(view: DataView, fail: Fail): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  return fail("it is no ZIP, or cut");
}

function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
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
