import { type FieldErrors, type FieldValues, type Resolver, set } from "react-hook-form";

/** Has react-hook-form ask what is wrong, and say it at the fields. */
export const resolverOf =
  <Values extends FieldValues>(
    wrongIn: (values: Values) => readonly { readonly path: string; readonly message: string }[],
  ): Resolver<Values> =>
  (values) => {
    const wrong = wrongIn(values);
    if (wrong.length === 0) return { values, errors: {} };
    const errors: FieldErrors<Values> = {};
    for (const { path, message } of wrong) set(errors, path, { type: "schema", message });
    return { values: {}, errors };
  };
