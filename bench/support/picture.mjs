const WIDTH = 760;
const COLORS = ['#2b6cb0', '#c05621', '#2f855a', '#6b46c1'];

/** Pictures with a ground of their own, so that they can be read on a dark page too. */
function svg(height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" role="img" aria-label="${escape(title)}">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="16" y="26" font-size="15" font-weight="bold">${escape(title)}</text>
${parts.join('\n')}
</svg>
`;
}

function escape(text) {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** @param {{ title: string, bars: [string, number][] }} picture */
export function drawBars({ title, bars }) {
  const [left, right, step] = [200, 80, 28];
  const most = Math.max(...bars.map(([, value]) => value));
  const parts = bars.flatMap(([name, value], index) => {
    const y = 44 + index * step;
    const length = ((WIDTH - left - right) * value) / most;
    return [
      `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="20" fill="${COLORS[0]}"/>`,
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 15}">${Number(value.toPrecision(3))}</text>`,
    ];
  });
  return svg(56 + bars.length * step, title, parts);
}

/** @param {{ title: string, x: string, y: string, lines: { name: string, points: [number, number][] }[] }} picture */
export function drawLines({ title, x, y, lines }) {
  const [left, top, bottom, height] = [70, 60, 50, 360];
  const all = lines.flatMap(({ points }) => points);
  const [mostX, mostY] = [0, 1].map((axis) => Math.max(...all.map((point) => point[axis])) * 1.05);
  const at = ([px, py]) => [
    left + ((WIDTH - left - 30) * px) / mostX,
    height - bottom - ((height - top - bottom) * py) / mostY,
  ];
  const ticks = [0.25, 0.5, 0.75, 1].flatMap((share) => {
    const [atX, atY] = at([mostX * share, mostY * share]);
    return [
      `<text x="${left - 6}" y="${atY + 4}" text-anchor="end">${label(mostY * share)}</text>`,
      `<line x1="${left}" x2="${WIDTH - 30}" y1="${atY}" y2="${atY}" stroke="#ddd"/>`,
      `<text x="${atX}" y="${height - bottom + 18}" text-anchor="middle">${label(mostX * share)}</text>`,
    ];
  });
  const drawn = lines.flatMap(({ name, points }, index) => {
    const color = COLORS[index % COLORS.length];
    const path = points
      .map((point) =>
        at(point)
          .map((value) => value.toFixed(1))
          .join(','),
      )
      .join(' ');
    return [
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      `<text x="${left + index * 220}" y="48" fill="${color}">${escape(name)}</text>`,
    ];
  });
  const axes = [
    `<line x1="${left}" x2="${WIDTH - 30}" y1="${height - bottom}" y2="${height - bottom}" stroke="#333"/>`,
    `<text x="${WIDTH - 30}" y="${height - 12}" text-anchor="end">${escape(x)}</text>`,
    `<text x="16" y="${height - 12}">${escape(y)}</text>`,
  ];
  return svg(height, title, [...ticks, ...axes, ...drawn]);
}

function label(value) {
  return Number(value.toPrecision(2)).toLocaleString('en');
}
