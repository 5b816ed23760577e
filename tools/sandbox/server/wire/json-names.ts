// Translates between the names of members in a model and in JSON, which differ in few services, such as GuardDuty.
import { type ServiceModel, type ShapeRef } from "../model";

type Rename = (name: string, wire: string) => [from: string, to: string];

function renamed(model: ServiceModel, ref: ShapeRef, value: unknown, rename: Rename): unknown {
  const shape = model.shapes[ref.shape];
  if (!shape || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return shape.member ? value.map((element) => renamed(model, shape.member!, element, rename)) : (value as unknown);
  if (shape.type === "map")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(model, shape.value!, item, rename)]));
  if (shape.type !== "structure") return value;
  const members = new Map(
    Object.entries(shape.members ?? {}).map(([name, member]) => {
      const [from, to] = rename(name, member.locationName ?? name);
      return [from, { to, member }] as const;
    }),
  );
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const found = members.get(key);
      return found ? [found.to, renamed(model, found.member, item, rename)] : [key, item];
    }),
  );
}

/** Members of a JSON body by their names in the model. Unknown members keep their names. */
export const fromJsonNames = (model: ServiceModel, ref: ShapeRef, body: Record<string, unknown>): Record<string, unknown> =>
  renamed(model, ref, body, (name, wire) => [wire, name]) as Record<string, unknown>;

/** Members of an output by their names in JSON. */
export const toJsonNames = (model: ServiceModel, ref: ShapeRef | undefined, output: object): object =>
  ref ? (renamed(model, ref, output, (name, wire) => [name, wire]) as object) : output;
