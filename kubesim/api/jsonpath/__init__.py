"""JSONPath as client-go's util/jsonpath reads and evaluates it: of ``-o jsonpath``, of columns and selectable fields."""
