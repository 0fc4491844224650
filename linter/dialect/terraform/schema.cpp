// SPDX-License-Identifier: Apache-2.0
// The blocks of Terraform and OpenTofu. Where they differ, what either of them knows stands here.
#include "dialect/terraform/schema.h"

#include <algorithm>
#include <array>

namespace resilint::dialect::terraform {
namespace {

using enum Reading;

constexpr std::array<std::string_view, 0> no_labels{};
constexpr std::array<std::string_view, 1> by_name{"name"};
constexpr std::array<std::string_view, 1> by_type{"type"};
constexpr std::array<std::string_view, 2> by_type_and_name{"type", "name"};

constexpr BodyShape only_templates{};
constexpr BodyShape only_literals{.arguments = {}, .blocks = {}, .others = literal};

// ---- what provider schemas fill ----------------------------------------------------------------

extern const BodyShape dynamic;
constexpr BlockShape dynamic_block{"dynamic", by_type, &dynamic};

// Of a `dynamic` block, and of "_", which tells arguments from the language's own.
constexpr std::array content_blocks{dynamic_block};
constexpr BodyShape content{
    .arguments = {}, .blocks = content_blocks, .others = templates, .open = true};

constexpr std::array dynamic_arguments{ArgumentShape{"iterator", expressions}};
constexpr std::array dynamic_blocks{BlockShape{"content", no_labels, &content}};
const BodyShape dynamic{.arguments = dynamic_arguments, .blocks = dynamic_blocks};

// ---- resources ---------------------------------------------------------------------------------

constexpr std::array trigger_arguments{ArgumentShape{"events", expressions},
                                       ArgumentShape{"actions", expressions}};
constexpr BodyShape action_trigger{.arguments = trigger_arguments, .blocks = {}};

constexpr std::array lifecycle_arguments{ArgumentShape{"create_before_destroy", literal},
                                         ArgumentShape{"ignore_changes", expressions},
                                         ArgumentShape{"replace_triggered_by", expressions}};
constexpr std::array lifecycle_blocks{BlockShape{"precondition", no_labels, &only_templates},
                                      BlockShape{"postcondition", no_labels, &only_templates},
                                      BlockShape{"action_trigger", no_labels, &action_trigger}};
constexpr BodyShape lifecycle{.arguments = lifecycle_arguments, .blocks = lifecycle_blocks};

constexpr std::array provisioner_arguments{ArgumentShape{"when", expressions},
                                           ArgumentShape{"on_failure", expressions}};
constexpr std::array provisioner_blocks{BlockShape{"connection", no_labels, &only_templates},
                                        BlockShape{"_", no_labels, &content}, dynamic_block};
constexpr BodyShape provisioner{.arguments = provisioner_arguments,
                                .blocks = provisioner_blocks,
                                .others = templates,
                                .open = true};

constexpr std::array resource_arguments{ArgumentShape{"provider", expressions},
                                        ArgumentShape{"depends_on", expressions}};
constexpr std::array resource_blocks{BlockShape{"lifecycle", no_labels, &lifecycle},
                                     BlockShape{"connection", no_labels, &only_templates},
                                     BlockShape{"provisioner", by_type, &provisioner},
                                     BlockShape{"_", no_labels, &content}, dynamic_block};
constexpr BodyShape resource{
    .arguments = resource_arguments, .blocks = resource_blocks, .others = templates, .open = true};

constexpr std::array data_blocks{BlockShape{"lifecycle", no_labels, &lifecycle},
                                 BlockShape{"_", no_labels, &content}, dynamic_block};
constexpr BodyShape data{
    .arguments = resource_arguments, .blocks = data_blocks, .others = templates, .open = true};

constexpr std::array action_arguments{ArgumentShape{"provider", expressions}};
constexpr std::array action_blocks{BlockShape{"config", no_labels, &content}};
constexpr BodyShape action{.arguments = action_arguments, .blocks = action_blocks};

// ---- modules and their values ------------------------------------------------------------------

constexpr std::array variable_arguments{ArgumentShape{"type", expressions}};
constexpr std::array variable_blocks{BlockShape{"validation", no_labels, &only_templates}};
constexpr BodyShape variable{
    .arguments = variable_arguments, .blocks = variable_blocks, .others = literal};

constexpr std::array output_arguments{ArgumentShape{"value", templates},
                                      ArgumentShape{"depends_on", expressions}};
constexpr std::array output_blocks{BlockShape{"precondition", no_labels, &only_templates},
                                   BlockShape{"postcondition", no_labels, &only_templates}};
constexpr BodyShape output{
    .arguments = output_arguments, .blocks = output_blocks, .others = literal};

// OpenTofu evaluates `source` and `version`; Terraform takes them as they stand, but no place of a
// module has a hole in it.
constexpr std::array module_arguments{ArgumentShape{"depends_on", expressions},
                                      ArgumentShape{"providers", provider_map}};
constexpr std::array module_blocks{BlockShape{"lifecycle", no_labels, &only_templates},
                                   BlockShape{"_", no_labels, &only_templates}};
constexpr BodyShape module{.arguments = module_arguments, .blocks = module_blocks};

constexpr std::array check_blocks{BlockShape{"data", by_type_and_name, &data},
                                  BlockShape{"assert", no_labels, &only_templates}};
constexpr BodyShape check{.arguments = {}, .blocks = check_blocks};

// ---- changes of addresses ----------------------------------------------------------------------

constexpr std::array moved_arguments{ArgumentShape{"from", expressions},
                                     ArgumentShape{"to", expressions}};
constexpr BodyShape moved{.arguments = moved_arguments, .blocks = {}};

constexpr std::array import_arguments{ArgumentShape{"to", expressions},
                                      ArgumentShape{"provider", expressions}};
constexpr BodyShape import_body{.arguments = import_arguments, .blocks = {}};

constexpr std::array removed_blocks{BlockShape{"lifecycle", no_labels, &only_literals},
                                    BlockShape{"connection", no_labels, &only_templates},
                                    BlockShape{"provisioner", by_type, &provisioner}};
constexpr BodyShape removed{.arguments = moved_arguments, .blocks = removed_blocks};

// ---- settings ----------------------------------------------------------------------------------

constexpr std::array provider_arguments{ArgumentShape{"alias", literal},
                                        ArgumentShape{"version", literal}};
constexpr std::array provider_blocks{BlockShape{"_", no_labels, &content}, dynamic_block};
constexpr BodyShape provider{
    .arguments = provider_arguments, .blocks = provider_blocks, .others = templates, .open = true};

constexpr BodyShape required_providers{.arguments = {}, .blocks = {}, .others = required_provider};

// Of all backends only `remote` has a block, and none has an argument of that name.
constexpr std::array backend_blocks{BlockShape{"workspaces", no_labels, &only_templates}};
constexpr BodyShape backend{
    .arguments = {}, .blocks = backend_blocks, .others = templates, .open = true};

extern const BodyShape target;
constexpr std::array target_arguments{ArgumentShape{"method", expressions}};
constexpr std::array target_blocks{BlockShape{"fallback", no_labels, &target}};
const BodyShape target{.arguments = target_arguments, .blocks = target_blocks};

constexpr std::array remote_blocks{BlockShape{"default", no_labels, &target},
                                   BlockShape{"remote_state_data_source", by_name, &target}};
constexpr BodyShape remote{.arguments = {}, .blocks = remote_blocks};

constexpr std::array encryption_blocks{BlockShape{"key_provider", by_type_and_name, &content},
                                       BlockShape{"method", by_type_and_name, &content},
                                       BlockShape{"state", no_labels, &target},
                                       BlockShape{"plan", no_labels, &target},
                                       BlockShape{"remote_state_data_sources", no_labels, &remote}};
constexpr BodyShape encryption{.arguments = {}, .blocks = encryption_blocks};

constexpr std::array settings_arguments{ArgumentShape{"experiments", expressions},
                                        ArgumentShape{"language", expressions}};
constexpr std::array settings_blocks{
    BlockShape{"backend", by_type, &backend}, BlockShape{"cloud", no_labels, &backend},
    BlockShape{"required_providers", no_labels, &required_providers},
    BlockShape{"provider_meta", by_name, &only_literals},
    BlockShape{"encryption", no_labels, &encryption}};
constexpr BodyShape settings{
    .arguments = settings_arguments, .blocks = settings_blocks, .others = literal};

constexpr std::array language_arguments{ArgumentShape{"edition", expressions},
                                        ArgumentShape{"experiments", expressions}};
constexpr std::array language_blocks{BlockShape{"compatible_with", no_labels, &only_literals}};
constexpr BodyShape language{.arguments = language_arguments, .blocks = language_blocks};

constexpr std::array root_blocks{BlockShape{"terraform", no_labels, &settings},
                                 BlockShape{"language", no_labels, &language},
                                 BlockShape{"provider", by_name, &provider},
                                 BlockShape{"variable", by_name, &variable},
                                 BlockShape{"locals", no_labels, &only_templates},
                                 BlockShape{"output", by_name, &output},
                                 BlockShape{"module", by_name, &module},
                                 BlockShape{"resource", by_type_and_name, &resource},
                                 BlockShape{"data", by_type_and_name, &data},
                                 BlockShape{"ephemeral", by_type_and_name, &data},
                                 BlockShape{"action", by_type_and_name, &action},
                                 BlockShape{"check", by_name, &check},
                                 BlockShape{"moved", no_labels, &moved},
                                 BlockShape{"import", no_labels, &import_body},
                                 BlockShape{"removed", no_labels, &removed}};

}  // namespace

const BodyShape configuration{.arguments = {}, .blocks = root_blocks};
const BodyShape variables{.arguments = {}, .blocks = {}, .others = Reading::literal};

const BlockShape* BodyShape::block(std::string_view type) const {
  const auto found = std::ranges::find(blocks, type, &BlockShape::type);
  return found == blocks.end() ? nullptr : &*found;
}

Reading BodyShape::reading(std::string_view name) const {
  const auto found = std::ranges::find(arguments, name, &ArgumentShape::name);
  return found == arguments.end() ? others : found->reading;
}

}  // namespace resilint::dialect::terraform
