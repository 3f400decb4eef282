/** The keep of the brand on a petrol tile, as a shape: icons and the pictures of the installer are drawn from it. */
import type { Colour } from './png.ts';

export const petrol: Colour = [13, 120, 136, 255];
const white: Colour = [255, 255, 255, 255];

export type Point = readonly [x: number, y: number];
/** In a square of 32. */
const keep: readonly Point[] = [
  [6, 4],
  [10, 4],
  [10, 7],
  [14, 7],
  [14, 4],
  [18, 4],
  [18, 7],
  [22, 7],
  [22, 4],
  [26, 4],
  [26, 12],
  [24, 15],
  [24, 26],
  [22, 28],
  [19, 28],
  [19, 23],
  [17.5, 20.6],
  [16, 20],
  [14.5, 20.6],
  [13, 23],
  [13, 28],
  [10, 28],
  [8, 26],
  [8, 15],
  [6, 12],
];

function isInside(points: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at, at += 1) {
    const [[ax, ay], [bx, by]] = [points[at]!, points[before]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** A tile with round corners. */
function isOnTile([x, y]: Point): boolean {
  const corner = 7;
  const [dx, dy] = [Math.max(corner - x, x - (32 - corner), 0), Math.max(corner - y, y - (32 - corner), 0)];
  return dx * dx + dy * dy <= corner * corner;
}

export function colourAt(point: Point, mark: Colour | null): Colour {
  const [x, y] = point;
  const far = Math.hypot(x - 24.5, y - 24.5);
  if (mark !== null && far <= 7.5) return far <= 5.8 ? mark : white;
  if (!isOnTile(point)) return [0, 0, 0, 0];
  const small: Point = [(x - 16) * 1.25 + 16, (y - 16) * 1.25 + 16];
  return isInside(keep, small) ? white : petrol;
}

const samples = 4;

/** Averages many samples of a pixel, weighted by how opaque they are. `colour` is asked for points in pixels. */
export function averaged(at: Point, colour: (point: Point) => Colour): Colour {
  const sum = [0, 0, 0, 0];
  for (let sample = 0; sample < samples * samples; sample += 1) {
    const x = at[0] + ((sample % samples) + 0.5) / samples;
    const y = at[1] + (Math.floor(sample / samples) + 0.5) / samples;
    const [red, green, blue, opaque] = colour([x, y]);
    sum[0]! += red * opaque;
    sum[1]! += green * opaque;
    sum[2]! += blue * opaque;
    sum[3]! += opaque;
  }
  const opaque = sum[3]!;
  const part = (value: number): number => (opaque === 0 ? 0 : Math.round(value / opaque));
  return [part(sum[0]!), part(sum[1]!), part(sum[2]!), Math.round(opaque / (samples * samples))];
}
