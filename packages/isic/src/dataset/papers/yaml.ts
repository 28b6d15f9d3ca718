import { stringify } from "yaml";

/**
 * YAML that says the same to readers of version 1.1 (PyYAML, which the hub and pandas users have, Ruby) and 1.2: texts are
 * quoted, since `no`, `12:30` and `2024-05-01` are no texts in the one, and `0o17` is none in the other.
 */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}
