// SPDX-License-Identifier: Apache-2.0

// Says what the reference parser makes of HCL.
//
//	hcl_reference FILE…                 what it makes of files
//	hcl_reference -cases FILE…          what it makes of the cases in files (fixtures/syntax/hcl)
//	hcl_reference -cases -check FILE…   where that is not what those files say
//	hcl_reference -cases -bless FILE…   writes it into those files
//
// It prints `error LINE: summary` for every error in the order of the parser's list, or else the tree. Where there is
// more than one text, `--- NAME` goes before each. The exit code is 0 if every text is legal (with -check: as the
// files say), 1 if one is not, and 2 if a file cannot be read.
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

type failure struct {
	line    int
	summary string
}

// printer holds the source, because the tree has neither the text of numbers nor the kind of a conditional or a splat.
type printer struct {
	source []byte
}

func parse(source []byte, name string) (tree string, failures []failure) {
	defer func() {
		if reason := recover(); reason != nil {
			tree, failures = "", []failure{{0, fmt.Sprintf("the reference parser panics: %v", reason)}}
		}
	}()
	file, diagnostics := hclsyntax.ParseConfig(source, name, hcl.Pos{Line: 1, Column: 1})
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == hcl.DiagError {
			failures = append(failures, failure{diagnostic.Subject.Start.Line, diagnostic.Summary})
		}
	}
	if len(failures) > 0 {
		return "", failures
	}
	var out strings.Builder
	printer{source}.body(&out, file.Body.(*hclsyntax.Body), "")
	return out.String(), nil
}

func (p printer) body(out *strings.Builder, body *hclsyntax.Body, indent string) {
	type item struct {
		start int
		print func()
	}
	var items []item
	for _, attribute := range body.Attributes {
		items = append(items, item{attribute.NameRange.Start.Byte, func() {
			fmt.Fprintf(out, "%s%s = %s\n", indent, attribute.Name, p.expression(attribute.Expr))
		}})
	}
	for _, block := range body.Blocks {
		items = append(items, item{block.TypeRange.Start.Byte, func() {
			out.WriteString(indent + block.Type)
			for _, label := range block.Labels {
				out.WriteString(" " + quote(label))
			}
			if len(block.Body.Attributes)+len(block.Body.Blocks) == 0 {
				out.WriteString(" {}\n")
				return
			}
			out.WriteString(" {\n")
			p.body(out, block.Body, indent+"  ")
			out.WriteString(indent + "}\n")
		}})
	}
	sort.Slice(items, func(a, b int) bool { return items[a].start < items[b].start })
	for _, item := range items {
		item.print()
	}
}

func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c == '\n':
			out.WriteString(`\n`)
		case c == '\r':
			out.WriteString(`\r`)
		case c == '\t':
			out.WriteString(`\t`)
		case c < 0x20:
			fmt.Fprintf(&out, `\u%04x`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

func (p printer) text(place hcl.Range) string {
	return string(p.source[place.Start.Byte:place.End.Byte])
}

func list(words ...string) string {
	return "(" + strings.Join(words, " ") + ")"
}

func (p printer) expression(node hclsyntax.Expression) string {
	switch node := node.(type) {
	case *hclsyntax.LiteralValueExpr:
		if text, ok := stringOf(node.Val); ok {
			return quote(text)
		}
		return p.text(node.SrcRange)
	case *hclsyntax.TemplateExpr:
		if node.IsStringLiteral() {
			return p.expression(node.Parts[0])
		}
		return p.template(node.Parts)
	case *hclsyntax.TemplateWrapExpr:
		return p.template([]hclsyntax.Expression{node.Wrapped})
	case *hclsyntax.TemplateJoinExpr:
		loop := node.Tuple.(*hclsyntax.ForExpr)
		return list("for", names(loop), p.expression(loop.CollExpr), p.branch(loop.ValExpr))
	case *hclsyntax.ConditionalExpr:
		if strings.HasPrefix(p.text(node.SrcRange), "%{") {
			return list("if", p.expression(node.Condition), p.branch(node.TrueResult), p.branch(node.FalseResult))
		}
		return list("?", p.expression(node.Condition), p.expression(node.TrueResult), p.expression(node.FalseResult))
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr, *hclsyntax.SplatExpr:
		base, steps := p.flatten(node)
		if len(steps) == 0 {
			return base
		}
		return list(append([]string{"get", base}, steps...)...)
	case *hclsyntax.ParenthesesExpr:
		return list("paren", p.expression(node.Expression))
	case *hclsyntax.FunctionCallExpr:
		words := append([]string{"call", node.Name}, p.expressions(node.Args)...)
		if node.ExpandFinal {
			words = append(words, "...")
		}
		return list(words...)
	case *hclsyntax.UnaryOpExpr:
		return list(unary[node.Op], p.expression(node.Val))
	case *hclsyntax.BinaryOpExpr:
		return list(binary[node.Op], p.expression(node.LHS), p.expression(node.RHS))
	case *hclsyntax.TupleConsExpr:
		return "[" + strings.Join(p.expressions(node.Exprs), " ") + "]"
	case *hclsyntax.ObjectConsExpr:
		var items []string
		for _, item := range node.Items {
			items = append(items, list(p.key(item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)), p.expression(item.ValueExpr)))
		}
		return "{" + strings.Join(items, " ") + "}"
	case *hclsyntax.ForExpr:
		return p.loop(node)
	}
	panic(fmt.Sprintf("%T has no form", node))
}

func (p printer) expressions(nodes []hclsyntax.Expression) []string {
	var out []string
	for _, node := range nodes {
		out = append(out, p.expression(node))
	}
	return out
}

func stringOf(value cty.Value) (string, bool) {
	if value.IsNull() || !value.IsKnown() || value.Type() != cty.String {
		return "", false
	}
	return value.AsString(), true
}

func (p printer) template(parts []hclsyntax.Expression) string {
	return list(append([]string{"template"}, p.expressions(parts)...)...)
}

// branch prints what a directive encloses. The parser puts an empty literal of no width where there is nothing.
func (p printer) branch(node hclsyntax.Expression) string {
	parts := node.(*hclsyntax.TemplateExpr).Parts
	if len(parts) == 1 {
		if literal, ok := parts[0].(*hclsyntax.LiteralValueExpr); ok && literal.SrcRange.Empty() {
			return p.template(nil)
		}
	}
	return p.template(parts)
}

func names(loop *hclsyntax.ForExpr) string {
	if loop.KeyVar == "" {
		return list(loop.ValVar)
	}
	return list(loop.KeyVar, loop.ValVar)
}

func (p printer) loop(node *hclsyntax.ForExpr) string {
	words := []string{"for-list", names(node), p.expression(node.CollExpr)}
	if node.KeyExpr != nil {
		words[0] = "for-object"
		words = append(words, p.expression(node.KeyExpr))
	}
	words = append(words, p.expression(node.ValExpr))
	if node.Group {
		words = append(words, "...")
	}
	if node.CondExpr != nil {
		words = append(words, "if", p.expression(node.CondExpr))
	}
	return list(words...)
}

func (p printer) key(node *hclsyntax.ObjectConsKeyExpr) string {
	if name, ok := node.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && len(name.Traversal) == 1 {
		return quote(name.Traversal.RootName())
	}
	return p.expression(node.Wrapped)
}

// flatten gives the base of nested traversals, and their steps. A splat's own item is a base without a text.
func (p printer) flatten(node hclsyntax.Expression) (string, []string) {
	switch node := node.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return node.Traversal.RootName(), p.steps(node.Traversal[1:])
	case *hclsyntax.RelativeTraversalExpr:
		base, steps := p.flatten(node.Source)
		return base, append(steps, p.steps(node.Traversal)...)
	case *hclsyntax.IndexExpr:
		base, steps := p.flatten(node.Collection)
		return base, append(steps, "["+p.expression(node.Key)+"]")
	case *hclsyntax.SplatExpr:
		base, steps := p.flatten(node.Source)
		mark := ".*"
		if p.source[node.MarkerRange.Start.Byte] == '[' {
			mark = "[*]"
		}
		_, each := p.flatten(node.Each)
		return base, append(append(steps, mark), each...)
	case *hclsyntax.AnonSymbolExpr:
		return "", nil
	}
	return p.expression(node), nil
}

func (p printer) steps(traversal hcl.Traversal) []string {
	var out []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			out = append(out, "."+step.Name)
		case hcl.TraverseIndex:
			out = append(out, "["+p.index(step)+"]")
		default:
			panic(fmt.Sprintf("%T has no form", step))
		}
	}
	return out
}

func (p printer) index(step hcl.TraverseIndex) string {
	if text, ok := stringOf(step.Key); ok {
		return quote(text)
	}
	// Comments and newlines may stand in the brackets, so the key is a token of theirs.
	tokens, _ := hclsyntax.LexExpression([]byte(p.text(step.SrcRange)), "", hcl.InitialPos)
	for _, token := range tokens {
		if token.Type == hclsyntax.TokenNumberLit || token.Type == hclsyntax.TokenIdent {
			return string(token.Bytes)
		}
	}
	panic("an index without a key")
}

var unary = map[*hclsyntax.Operation]string{
	hclsyntax.OpNegate:     "-",
	hclsyntax.OpLogicalNot: "!",
}

var binary = map[*hclsyntax.Operation]string{
	hclsyntax.OpAdd:                "+",
	hclsyntax.OpSubtract:           "-",
	hclsyntax.OpMultiply:           "*",
	hclsyntax.OpDivide:             "/",
	hclsyntax.OpModulo:             "%",
	hclsyntax.OpEqual:              "==",
	hclsyntax.OpNotEqual:           "!=",
	hclsyntax.OpLessThan:           "<",
	hclsyntax.OpLessThanOrEqual:    "<=",
	hclsyntax.OpGreaterThan:        ">",
	hclsyntax.OpGreaterThanOrEqual: ">=",
	hclsyntax.OpLogicalAnd:         "&&",
	hclsyntax.OpLogicalOr:          "||",
}

func report(source []byte, name string) (string, bool) {
	tree, failures := parse(source, name)
	for _, failure := range failures {
		tree += fmt.Sprintf("error %d: %s\n", failure.line, failure.summary)
	}
	return tree, len(failures) == 0
}

// A testCase is one case of fixtures/syntax/hcl: its lines as written, and what follows them.
type testCase struct {
	title   string
	lines   []string
	verdict string
}

var notation = strings.NewReplacer("⟨CR⟩", "\r", "⟨TAB⟩", "\t", "⟨BOM⟩", "\ufeff")

func (c testCase) source() []byte {
	text := ""
	for _, line := range c.lines {
		text += line + "\n"
	}
	if bare, marked := strings.CutSuffix(text, "¬\n"); marked {
		text = bare
	}
	return []byte(notation.Replace(text))
}

func (c testCase) reference() string {
	tree, failures := parse(c.source(), c.title)
	if len(failures) > 0 {
		return fmt.Sprintf("=== error %d\n", failures[0].line)
	}
	return "=== ok\n" + tree
}

func readCases(path string) ([]testCase, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var cases []testCase
	titles := map[string]bool{}
	for number, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		if title, ok := strings.CutPrefix(line, "--- "); ok {
			if titles[title] {
				return nil, fmt.Errorf("%s:%d: a title used twice", path, number+1)
			}
			titles[title] = true
			cases = append(cases, testCase{title: title})
			continue
		}
		if len(cases) == 0 {
			return nil, fmt.Errorf("%s:%d: a line before the first case", path, number+1)
		}
		last := &cases[len(cases)-1]
		if last.verdict != "" || strings.HasPrefix(line, "=== ") {
			last.verdict += line + "\n"
		} else {
			last.lines = append(last.lines, line)
		}
	}
	return cases, nil
}

func bless(path string, cases []testCase) error {
	var out strings.Builder
	for _, c := range cases {
		out.WriteString("--- " + c.title + "\n")
		for _, line := range c.lines {
			out.WriteString(line + "\n")
		}
		out.WriteString(c.reference())
	}
	return os.WriteFile(path, []byte(out.String()), 0o644)
}

func main() {
	asCases := flag.Bool("cases", false, "the files hold cases")
	blessing := flag.Bool("bless", false, "write the verdicts into the files of cases")
	checking := flag.Bool("check", false, "print the cases whose verdict differs")
	flag.Parse()
	if flag.NArg() == 0 || (!*asCases && (*blessing || *checking)) {
		flag.Usage()
		os.Exit(2)
	}
	good := true
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for _, path := range flag.Args() {
		if !*asCases {
			source, err := os.ReadFile(path)
			if err != nil {
				fail(err)
			}
			out, legal := report(source, path)
			if flag.NArg() > 1 {
				fmt.Println("--- " + path)
			}
			fmt.Print(out)
			good = good && legal
			continue
		}
		cases, err := readCases(path)
		if err != nil {
			fail(err)
		}
		if *blessing {
			if err := bless(path, cases); err != nil {
				fail(err)
			}
			continue
		}
		for _, c := range cases {
			if *checking {
				if reference := c.reference(); reference != c.verdict {
					fmt.Printf("%s: %s\nsaid:\n%sreference:\n%s", path, c.title, c.verdict, reference)
					good = false
				}
				continue
			}
			out, legal := report(c.source(), c.title)
			fmt.Print("--- " + c.title + "\n" + out)
			good = good && legal
		}
	}
	if !good {
		os.Exit(1)
	}
}
