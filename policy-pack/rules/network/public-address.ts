import { valuesAt } from "../../rule-kit";

/** Whether a value at a path requests a public address. The update evaluates unknown values. */
export const isRequested = (props: object, [first, ...rest]: string[]) =>
  valuesAt(props, first!, ...rest).some((item) => item.state === "known" && /^(true|enabled)$/i.test(String(item.value)));
