import { useMemo } from "react";
import type { PathsNumbers } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { spotOf, type Choose } from "./question";
import { BOX, layout } from "./sankey";
import { useWords } from "./words";
import styles from "./insight.module.css";

interface PathsAnswerProps {
  numbers: PathsNumbers;
  onChoose: Choose;
}

function Picture({ numbers, onChoose }: PathsAnswerProps) {
  const { t, event } = useWords();
  const n = useNumberFormat();
  const { boxes, ribbons, width, height } = useMemo(() => layout(numbers), [numbers]);
  return (
    <ScrollArea>
      <svg width={width} height={height} role="img" aria-label={t.flows} className={styles.sankey}>
        {ribbons.map((ribbon) => (
          <path
            key={`${ribbon.step}:${ribbon.from}:${ribbon.to}`}
            d={ribbon.d}
            strokeWidth={ribbon.width}
            className={styles.ribbon}
            onClick={() =>
              onChoose({
                title: t.flowTitle(event(ribbon.from), event(ribbon.to)),
                spot: spotOf({ step: ribbon.step, name: ribbon.from, to: ribbon.to }),
              })
            }
          >
            <title>{`${event(ribbon.from)} → ${event(ribbon.to)} ${n.whole(ribbon.goes)}`}</title>
          </path>
        ))}
        {boxes.map((box) => (
          <g
            key={`${box.step}:${box.name}`}
            className={styles.node}
            onClick={() =>
              onChoose({
                title: t.nodeTitle(box.step, event(box.name)),
                spot: spotOf({ step: box.step, name: box.name }),
              })
            }
          >
            <rect x={box.x} y={box.y} width={BOX} height={box.height} rx={3} />
            <text x={box.x} y={box.y - 6}>
              {event(box.name)} {n.whole(box.goes)}
            </text>
          </g>
        ))}
      </svg>
    </ScrollArea>
  );
}

/** What customers did one after another: the picture, and the same as a table, which can be read and clicked. */
export function PathsAnswer({ numbers, onChoose }: PathsAnswerProps) {
  const { t, event } = useWords();
  const n = useNumberFormat();
  return (
    <>
      <Panel title={t.kinds.paths} note={t.goes(n.whole(numbers.goes), n.whole(numbers.customers))}>
        <Picture numbers={numbers} onChoose={onChoose} />
      </Panel>
      <Panel flush title={t.flows}>
        <ScrollArea>
          <table className={styles.table} aria-label={t.flows}>
            <thead>
              <tr>
                <th scope="col">{t.steps}</th>
                <th scope="col" className={styles.startward}>
                  {t.anchor}
                </th>
                <th scope="col">{t.visits}</th>
                <th scope="col">{t.ended}</th>
              </tr>
            </thead>
            <tbody>
              {numbers.nodes.map((node) => (
                <tr key={`${node.step}:${node.name}`}>
                  <td>{node.step}</td>
                  <th scope="row">{event(node.name)}</th>
                  <td>
                    <button
                      type="button"
                      className={styles.number}
                      onClick={() =>
                        onChoose({
                          title: t.nodeTitle(node.step, event(node.name)),
                          spot: spotOf({ step: node.step, name: node.name }),
                        })
                      }
                    >
                      {n.whole(node.goes)}
                    </button>
                  </td>
                  <td>{n.whole(node.ended)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </Panel>
    </>
  );
}
