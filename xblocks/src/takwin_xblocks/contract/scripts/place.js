/* Where a JPEG says that it was taken, to two decimals of a degree: about a kilometre. */

const MOST = 256 * 1024; // a camera's notes stand at the beginning

/** Return [latitude, longitude] as texts, or null. */
export async function placeOf(file) {
  try {
    const view = new DataView(await new Response(file.slice(0, MOST)).arrayBuffer());
    const start = notes(view);
    return start ? position(view, start) : null;
  } catch {
    return null; // cut off, or not what it seems
  }
}

/** Return where the camera's notes begin, 0 for none. */
function notes(view) {
  if (view.getUint16(0) !== 0xffd8) return 0;
  for (let at = 2; view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda; at += 2 + view.getUint16(at + 2))
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
  return 0;
}

function position(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const short = (at) => view.getUint16(start + at, little);
  const long = (at) => view.getUint32(start + at, little);
  const entries = (at) => new Map(Array.from({ length: short(at) }, (_, place) => [short(at + 2 + 12 * place), at + 10 + 12 * place]));
  const degrees = (sign, value, negative) => {
    const [whole, minutes, seconds] = [0, 8, 16].map((at) => long(long(value) + at) / long(long(value) + at + 4));
    const turned = String.fromCharCode(view.getUint8(start + sign)) === negative ? -1 : 1;
    return turned * (whole + minutes / 60 + seconds / 3600);
  };
  const pointer = entries(long(4)).get(0x8825);
  if (pointer === undefined) return null;
  const there = entries(long(pointer));
  const found = [degrees(there.get(1), there.get(2), "S"), degrees(there.get(3), there.get(4), "W")];
  return found.every(Number.isFinite) && Math.abs(found[0]) <= 90 && Math.abs(found[1]) <= 180 ? found.map((one) => one.toFixed(2)) : null;
}
