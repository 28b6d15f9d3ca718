import { multiPolygon, outlines } from "@isic/core-wasm";

/** A corner of a ring under way, in pixels. */
interface Corner {
  readonly x: number;
  readonly y: number;
  next: Corner;
}

/**
 * The polygons of a mask as COCO has them: one ring each, x and y one after the other, along the edges of pixels. COCO's
 * polygons have no holes; a ring goes into each of its holes and back over a cut of no width, straight up from the hole, so
 * that what is inside by the even-odd rule (pycocotools) is exactly the mask.
 *
 * @param data 1 in the mask, 0 outside, row by row
 */
export function maskPolygons(data: Int32Array<ArrayBuffer>, width: number, height: number): number[][] {
  const outline = outlines({ width, height, data, count: 2 })[1];
  if (outline === undefined) return [];
  const polygons = multiPolygon(outline).coordinates.map((rings) => rings.map(linked));
  /** By y: the corners from which a ring goes on along this line. */
  const lines = new Map<number, Corner[]>();
  const note = (corner: Corner): void => {
    const line = lines.get(corner.y);
    if (line === undefined) lines.set(corner.y, [corner]);
    else line.push(corner);
  };
  for (const corners of polygons.flat()) for (const corner of corners) if (corner.y === corner.next.y) note(corner);
  for (const [, ...holes] of polygons) {
    for (const hole of holes) {
      const start = hole.reduce((a, b) => (b.y < a.y || (b.y === a.y && b.x < a.x) ? b : a));
      const { x } = start;
      let y = start.y;
      while (y > 0 && data[(y - 1) * width + x] === 1) y--;
      // There a horizontal edge of the same polygon runs over the pixel: its outer ring's, or another hole's.
      const above = lines.get(y)?.find((corner) => isOver(corner, x)) as Corner;
      const back: Corner = { x, y, next: above.next };
      const before = hole.find((corner) => corner.next === start) as Corner;
      before.next = { x, y: start.y, next: back };
      above.next = { x, y, next: start };
      note(back);
    }
  }
  return polygons.map(([outer = []]) => {
    const ring: number[] = [];
    let corner = outer[0] as Corner;
    do {
      ring.push(corner.x, corner.y);
      corner = corner.next;
    } while (corner !== outer[0]);
    return ring;
  });
}

/** Does a horizontal edge run over the pixels of column `x`? */
const isOver = ({ x: from, next: { x: to } }: Corner, x: number): boolean =>
  Math.min(from, to) <= x && Math.max(from, to) > x;

/** A ring's corners, each with the next one; its last position is its first again. */
function linked(positions: readonly (readonly number[])[]): Corner[] {
  const corners = positions.slice(1).map(([x = 0, y = 0]): Corner => ({ x, y, next: undefined as unknown as Corner }));
  for (const [at, corner] of corners.entries()) corner.next = corners[(at + 1) % corners.length] as Corner;
  return corners;
}
