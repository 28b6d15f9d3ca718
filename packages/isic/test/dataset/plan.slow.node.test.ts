import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { planDataset } from "../../src/dataset/plan/plan.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("600 000 images are planned in under 10 seconds and 1.5 GB, records included", () => {
  const images = Array.from({ length: 600_000 }, (_, i) => {
    const isic_id = `ISIC_${String(i).padStart(7, "0")}`;
    const clinical = {
      patient_id: `IP_${i % 90_000}`,
      lesion_id: `IL_${(i % 90_000) + 90_000 * (Math.floor(i / 90_000) >> 1)}`,
      diagnosis_1: i % 7 === 0 ? "Malignant" : "Benign",
      sex: "female",
      age_approx: 5 * (i % 18),
    };
    return { id: isic_id, name: isic_id, licence: "CC-0", record: { isic_id, metadata: { clinical } } };
  });
  for (const method of ["hash", "balanced"] as const) {
    // What the other method has left is not this one's.
    collectGarbage();
    const started = process.cpuUsage();
    const made = planDataset(images, {
      version: 1,
      title: "T",
      selection: { search: "x" },
      labels: { classes: { M: 'diagnosis_1 = "Malignant"', B: 'diagnosis_1 = "Benign"' } },
      split: { method },
    });
    // Of the processor: what else the machine does is not measured.
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    const { rss } = process.memoryUsage();
    console.info(`${method}: ${seconds.toFixed(1)} s, ${Math.round(rss / 1e6)} MB`);
    expect(made.images.length).toBe(600_000);
    expect(made.groups.count).toBe(90_000);
    expect(seconds).toBeLessThan(10);
    expect(rss).toBeLessThan(1.5e9);
  }
});
