"""JSONPath as client-go's util/jsonpath reads and evaluates it: of ``-o jsonpath``, columns and selectable fields."""
