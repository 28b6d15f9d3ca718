import type { UserRecord } from "../archive/source.ts";
import { isoTime, objectId } from "./time.ts";

const START = Date.UTC(2014, 8, 1);

/** `code` is the first four letters of base32(sha256(login)); a test checks it. */
const PEOPLE: readonly Pick<UserRecord, "login" | "firstName" | "lastName" | "code" | "groups" | "admin">[] = [
  {
    login: "creator",
    firstName: "Cre",
    lastName: "Ator",
    code: "XRV7",
    groups: ["Dataset Contributors"],
    admin: false,
  },
  { login: "reader", firstName: "Rea", lastName: "Der", code: "HUEU", groups: [], admin: false },
  {
    login: "reviewer",
    firstName: "Rev",
    lastName: "Iewer",
    code: "FVYJ",
    groups: ["Dataset QC Reviewers", "Dataset Contributors"],
    admin: false,
  },
  {
    login: "studyadmin",
    firstName: "Stu",
    lastName: "Dy",
    code: "HUEE",
    groups: ["Study Administrators"],
    admin: false,
  },
  {
    login: "segexpert",
    firstName: "Seg",
    lastName: "Expert",
    code: "KK3Z",
    groups: ["Segmentation Experts"],
    admin: false,
  },
  {
    login: "segnovice",
    firstName: "Seg",
    lastName: "Novice",
    code: "VTJJ",
    groups: ["Segmentation Novices"],
    admin: false,
  },
  { login: "stranger", firstName: "Stran", lastName: "Ger", code: "RLFE", groups: [], admin: false },
  { login: "admin", firstName: "Ad", lastName: "Min", code: "RRUX", groups: [], admin: true },
  { login: "reader2", firstName: "Rea", lastName: "Dtwo", code: "N3O7", groups: [], admin: false },
  { login: "reader3", firstName: "Rea", lastName: "Dthree", code: "U36I", groups: [], admin: false },
  { login: "reader4", firstName: "Rea", lastName: "Dfour", code: "Q2D7", groups: [], admin: false },
  { login: "reader5", firstName: "Rea", lastName: "Dfive", code: "L3FC", groups: [], admin: false },
];

/** Everybody who can log in; the password of all is `password`. */
export const people: readonly UserRecord[] = PEOPLE.map((person, i) => ({
  ...person,
  id: objectId(START, 0x1000 + i),
  password: "password",
  email: `${person.login}@example.com`,
  created: isoTime(START + i * 1000 + 423),
}));

/** The user with that login. */
export function personId(login: string): string {
  return people.find((person) => person.login === login)!.id;
}
