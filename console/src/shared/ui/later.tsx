import { useEffect, useState, type ComponentType } from "react";

export type Later<Props> = ComponentType<Props> & {
  /** Begins to fetch it; a failure shows when it is shown. */
  expect: () => void;
};

/**
 * A component that is fetched when it is first shown, and what stands in its place until then.
 *
 * React's `lazy` holds back what came within 300 ms of a waiting state; this shows it as soon as it is there. What could
 * not be fetched is thrown to the page's error boundary, and asked for again by the next one shown.
 */
export function later<Props extends object>(
  fetch: () => Promise<ComponentType<Props>>,
  Waiting: ComponentType<Props> = () => null,
): Later<Props> {
  let found: ComponentType<Props> | undefined;
  let coming: Promise<ComponentType<Props>> | undefined;
  const load = () =>
    (coming ??= fetch().then(
      (component) => (found = component),
      (fault: unknown) => {
        coming = undefined;
        throw fault;
      },
    ));

  function LaterComponent(props: Props) {
    const [Found, setFound] = useState(() => found);
    const [fault, setFault] = useState<Error>();
    useEffect(() => {
      if (Found) return undefined;
      let isGone = false;
      load().then(
        (component) => isGone || setFound(() => component),
        (reason: unknown) => isGone || setFault(reason instanceof Error ? reason : new Error(String(reason))),
      );
      return () => {
        isGone = true;
      };
    }, [Found]);
    if (fault) throw fault;
    return Found ? <Found {...props} /> : <Waiting {...props} />;
  }
  return Object.assign(LaterComponent, { expect: () => void load().catch(() => undefined) });
}
