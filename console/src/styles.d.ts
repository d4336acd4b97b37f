import "react";

declare module "react" {
  // An interface that is widened, not made: a Record cannot do that.
  // eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style
  interface CSSProperties {
    /** Custom properties may be set from a component: sizes and weights that follow data. */
    [property: `--${string}`]: string | number | undefined;
  }
}
