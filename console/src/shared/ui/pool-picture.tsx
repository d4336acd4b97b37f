const CENTRE = 300;
const RADII = [72, 124, 176, 228, 280];
/** The golden angle spreads points evenly without a pattern that the eye can catch. */
const GOLDEN = 137.508;

function ring(radius: number, index: number): string {
  const mouth = 0.5 - index * 0.03;
  const [from, to] = [-Math.PI / 2 + mouth, -Math.PI / 2 - mouth + 2 * Math.PI];
  const at = (angle: number) =>
    `${(CENTRE + radius * Math.cos(angle)).toFixed(1)} ${(CENTRE + radius * Math.sin(angle)).toFixed(1)}`;
  return `M${at(from)}A${radius} ${radius} 0 1 1 ${at(to)}`;
}

const people = Array.from({ length: 74 }, (_, index) => {
  const angle = (index * GOLDEN * Math.PI) / 180;
  const distance = 30 + 29 * Math.sqrt(index);
  return {
    x: CENTRE + distance * Math.cos(angle),
    y: CENTRE + distance * Math.sin(angle),
    size: index % 11 === 0 ? 5 : index % 4 === 0 ? 3.2 : 2.2,
    warm: index % 11 === 0,
  };
});

/** The seal, seen large: rings with a mouth, and the people who came in. */
export function PoolPicture({ className }: { className: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 600 600" aria-hidden="true" focusable="false">
      <g fill="none" stroke="#fff" strokeLinecap="round">
        {RADII.map((radius, index) => (
          <path key={radius} d={ring(radius, index)} strokeWidth="1.4" opacity={0.34 - index * 0.055} />
        ))}
      </g>
      {people.map(({ x, y, size, warm }, index) => (
        <circle
          key={index}
          cx={x.toFixed(1)}
          cy={y.toFixed(1)}
          r={size}
          fill={warm ? "#e8745d" : "#bfe3d5"}
          opacity={warm ? 0.95 : Math.max(0.16, 0.8 - index * 0.009)}
        />
      ))}
    </svg>
  );
}
