// SPDX-License-Identifier: Apache-2.0

// Says what OpenTofu makes of expressions: fixtures/terraform/expressions.
//
//	record_expressions FOLDER FILE…
//
// Every line of a FILE is an expression, or an object of JSON with the member "expression". Each becomes
//
//	{"expression": …, "type": …, "value": …}         what it gives, both as go-cty writes them
//	{"expression": …, "type": …, "unknown": true}    what is not known when planning
//	{"expression": …, "error": true}                 what is refused
//
// with "sensitive": true when it is, or a part of it. Paths are relative to FOLDER. It stands in a copy of OpenTofu's
// module, as cmd/record_expressions, because it uses what is internal there:
//
//	cp -r tests/tools/record_expressions OPENTOFU/cmd/
//	cd OPENTOFU && go build -o /tmp/record ./cmd/record_expressions
//	cd fixtures/terraform/expressions && /tmp/record files *.jsonl
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/opentofu/opentofu/internal/lang"
)

type record struct {
	Expression string          `json:"expression"`
	Type       json.RawMessage `json:"type,omitempty"`
	Value      json.RawMessage `json:"value,omitempty"`
	Sensitive  bool            `json:"sensitive,omitempty"`
	Unknown    bool            `json:"unknown,omitempty"`
	Error      bool            `json:"error,omitempty"`
}

func evaluate(text string, context *hcl.EvalContext) (made record, reason string) {
	made = record{Expression: text}
	defer func() {
		if why := recover(); why != nil {
			made, reason = record{Expression: text, Error: true}, fmt.Sprint("panics: ", why)
		}
	}()
	expression, diagnostics := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	var value cty.Value
	if !diagnostics.HasErrors() {
		value, diagnostics = expression.Value(context)
	}
	if diagnostics.HasErrors() {
		made.Error = true
		return made, diagnostics.Error()
	}
	value, marks := value.UnmarkDeepWithPaths()
	made.Sensitive = len(marks) > 0
	made.Type, _ = ctyjson.MarshalType(value.Type())
	if !value.IsWhollyKnown() {
		made.Unknown = true
		return made, ""
	}
	var err error
	made.Value, err = ctyjson.Marshal(value, value.Type())
	if err != nil {
		panic(err)
	}
	return made, ""
}

func run(path string, context *hcl.EvalContext) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	lines := bufio.NewScanner(bytes.NewReader(source))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		line := lines.Text()
		if strings.TrimSpace(line) == "" {
			continue
		}
		text := line
		if strings.HasPrefix(line, `{"expression"`) {
			var read record
			if err := json.Unmarshal([]byte(line), &read); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			text = read.Expression
		}
		made, reason := evaluate(text, context)
		if reason != "" && os.Getenv("REASONS") != "" {
			fmt.Printf("%s: %s\n    %s\n", path, text, reason)
		}
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(made); err != nil {
			return err
		}
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

func main() {
	scope := &lang.Scope{BaseDir: os.Args[1], PureOnly: true}
	context := &hcl.EvalContext{Functions: scope.Functions(), Variables: map[string]cty.Value{}}
	for _, path := range os.Args[2:] {
		if err := run(path, context); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}
