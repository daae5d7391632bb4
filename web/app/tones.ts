const BANDS: [number, string][] = [
  [20, "tone-red"],
  [65, "tone-amber"],
  [165, "tone-green"],
  [255, "tone-blue"],
  [330, "tone-violet"],
  [361, "tone-red"],
];

/**
 * The class nearest to a colour an account chose for a line. Its own value is not used: `#173177`, the usual one, can't
 * be read on a dark ground, and the content policy forbids styles on elements.
 */
export function toneOf(color: string | undefined): string | null {
  const hex = /^#([0-9a-f]{6})$/i.exec(color ?? "")?.[1];
  if (!hex) return null;
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const high = Math.max(r, g, b);
  const spread = high - Math.min(r, g, b);
  if (high < 0.2) return null;
  if (spread < 0.12) return "tone-grey";
  const turn = high === r ? (g - b) / spread : high === g ? 2 + (b - r) / spread : 4 + (r - g) / spread;
  const hue = (turn * 60 + 360) % 360;
  return BANDS.find(([limit]) => hue < limit)?.[1] ?? null;
}
