import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { CollectionListOptions } from "./list.ts";

interface Collection {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  readonly pinned: boolean;
  readonly locked: boolean;
  readonly doi: string | null;
}

const COLUMNS: readonly Column<Collection>[] = [
  { title: "id", align: "right", value: (row) => row.id },
  { title: "name", flexible: true, value: (row) => row.name },
  { title: "public", value: (row) => row.public },
  { title: "pinned", value: (row) => row.pinned },
  { title: "locked", value: (row) => row.locked },
  { title: "doi", flexible: true, value: (row) => row.doi },
];

/** The collections that this account may see, by name. */
export async function collectionList(options: CollectionListOptions, terminal: Terminal): Promise<void> {
  const connected = await connectClient(options, terminal);
  if (connected.family === "v1")
    throw new CommandError("v1 has no collections: isic dataset list and isic study list are its way.", 2);
  const pinned = options.pinned === true ? { pinned: true } : {};
  const list = await connected.client.collections.list({ ...pinned, sort: "name", signal: terminal.signal }).all();
  if (options.json === true) {
    terminal.out.json(list);
    return;
  }
  const rows = list.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  terminal.out.block(table(COLUMNS, rows, terminal.out.width));
  if (options.quiet !== true) terminal.err.line(`${plural(rows.length, "collection")}.`);
}
