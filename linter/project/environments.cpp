// SPDX-License-Identifier: Apache-2.0
// What a deployment is evaluated with: the values for the whole run, and those of the environments
// that the configuration names.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "project/load.h"
#include "source/line_index.h"

namespace resilint::project {
namespace {

std::string listed(const std::vector<const Environment*>& environments) {
  std::vector<std::string> names;
  names.reserve(environments.size());
  for (const Environment* one : environments) names.push_back(one->name.text);
  return base::join(names, ", ");
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view near = base::nearest(name, names);
  return near.empty() ? std::string() : base::format("; did you mean `{}`?", near);
}

std::vector<std::string> variables_of(const TerraformModule& module) {
  std::vector<std::string> names;
  for (const syntax::Entry& entry : module.source.entries) {
    if (entry.key->text == "variable" && entry.value->is_block() && !entry.value->labels().empty())
      names.emplace_back(entry.value->labels().front().value->text);
  }
  return names;
}

}  // namespace

base::Result<void, std::string> Workspace::read_inputs(const Options& options) {
  for (const std::string& file : options.parameter_files) {
    if (auto read = reader_.add_parameters({file, file}, inputs_); !read) return read;
  }
  std::map<std::string, std::string, std::less<>> parameters = options.inputs.parameters;
  parameters.merge(inputs_.parameters);
  inputs_ = options.inputs;
  inputs_.parameters = std::move(parameters);
  for (dialect::Inputs::Variables& one : inputs_.variables) {
    if (!one.name.empty()) continue;
    const auto body = reader_.read_variables({one.from, one.from});
    if (!body) return base::failure(body.error());
    one.body = *body;
    value_files_.insert(canonical_path(one.from));
  }
  return {};
}

// The values of every environment that is wanted of a file that was read; those for the whole run
// win.
base::Result<void, std::string> Workspace::read_environments() {
  std::vector<std::string> known;
  for (const Understood& one : understood_) {
    if (one.account.status != finding::FileStatus::checked) continue;
    for (const Environment* environment : configs_.settings(one.account.path).environments)
      known.push_back(environment->name.text);
    for (const Environment* environment : environments_of(one.account.path)) {
      if (environment == nullptr || inputs_in_.contains(environment)) continue;
      dialect::Inputs& inputs = inputs_in_[environment];
      const auto wrong = [&](const Said& said, const std::string& problem) {
        const source::File& file = files_.get(said.span.file);
        return base::failure(base::format("{}: environment {}: {}",
                                          source::place(file, said.span.begin),
                                          environment->name.text, problem));
      };
      for (const Said& said : environment->parameters) {
        auto read = reader_.add_parameters({path_in(root_, said.text), said.text}, inputs);
        if (!read) return wrong(said, read.error());
      }
      for (const Said& said : environment->var_files) {
        const std::string path = path_in(root_, said.text);
        const auto body = reader_.read_variables({path, said.text});
        if (!body) return wrong(said, body.error());
        inputs.variables.push_back({said.text, {}, {}, *body});
        value_files_.insert(canonical_path(path));
      }
      for (const auto& [name, said] : environment->vars) {
        inputs.parameters[name] = said.text;
        inputs.variables.push_back({environment->name.text, name, said.text, nullptr});
      }
      for (const auto& [name, text] : inputs_.parameters) inputs.parameters[name] = text;
      std::ranges::copy(inputs_.variables, std::back_inserter(inputs.variables));
      inputs.environment = inputs_.environment;
      const auto either = [](const std::string& said, const std::optional<Said>& own) {
        return said.empty() && own ? own->text : said;
      };
      inputs.region = either(inputs_.region, environment->region);
      inputs.account = either(inputs_.account, environment->account);
      inputs.workspace = either(inputs_.workspace, environment->workspace);
    }
  }
  if (!configs_.problems().empty()) return base::failure(describe(configs_.problems(), files_));
  for (const std::string& name : wanted_) {
    if (std::ranges::find(known, name) == known.end()) {
      return base::failure(
          base::format("--env {}: no {} that holds for these files has an environment of that "
                       "name{}",
                       name, config_name, suggestion(name, known)));
    }
  }
  return {};
}

// Those that are wanted; of a file whose configuration names none, null.
std::vector<const Environment*> Workspace::environments_of(std::string_view path) const {
  std::vector<const Environment*> found = configs_.settings(path).environments;
  if (found.empty()) return {nullptr};
  std::erase_if(found, [this](const Environment* one) {
    return !wanted_.empty() && std::ranges::find(wanted_, one->name.text) == wanted_.end();
  });
  return found;
}

const dialect::Inputs& Workspace::inputs_in(const Environment* environment) const {
  return environment == nullptr ? inputs_ : inputs_in_.at(environment);
}

// In any of its environments: who is judged together must not depend on which they are.
dialect::Ties Workspace::ties_of(const Understood& one, const syntax::Node& root) const {
  dialect::Ties all;
  for (const Environment* environment : environments_of(one.account.path)) {
    const dialect::Ties ties = dialect::cloudformation_ties(root, inputs_in(environment));
    const auto add = [](const std::vector<std::string>& from, std::vector<std::string>& into) {
      for (const std::string& name : from) {
        if (std::ranges::find(into, name) == into.end()) into.push_back(name);
      }
    };
    add(ties.nested, all.nested);
    add(ties.exports, all.exports);
    add(ties.imports, all.imports);
  }
  return all;
}

void Workspace::choose_environments() {
  for (Deployment& deployment : deployments_)
    deployment.environments = environments_of(path_of(deployment));
  std::erase_if(deployments_,
                [](const Deployment& deployment) { return deployment.environments.empty(); });
  if (wanted_.empty()) return;
  for (Understood& one : understood_) {
    if (one.account.status != finding::FileStatus::checked ||
        !environments_of(one.account.path).empty())
      continue;
    one.account.status = finding::FileStatus::skipped;
    one.account.reason = base::format("deployed to {} only; --env asks for {}",
                                      listed(configs_.settings(one.account.path).environments),
                                      base::join(wanted_, ", "));
  }
}

// A nested stack has its parameters from its parent, so that they are not among those to be given.
base::Result<void, std::string> Workspace::check_inputs() const {
  std::vector<std::string> known;
  for (const Deployment& deployment : deployments_) {
    if (deployment.module != nullptr) {
      std::ranges::move(variables_of(*deployment.module), std::back_inserter(known));
      continue;
    }
    for (const Environment* environment : deployment.environments) {
      if (inputs_in(environment).parameters.empty()) continue;
      for (const syntax::Node* root : deployment.roots) {
        const dialect::Declared declared =
            dialect::cloudformation_parameters(*root, inputs_in(environment));
        known.insert(known.end(), declared.parameters.begin(), declared.parameters.end());
        if (declared.errors.empty()) continue;
        const finding::Finding& error = declared.errors.front();
        const source::File& file = files_.get(error.span.file);
        return base::failure(base::format(
            "{}: {}{}", source::place(file, error.span.begin), error.message,
            environment == nullptr ? "" : base::format(" (in {})", environment->name.text)));
      }
    }
  }
  for (const auto& [name, value] : inputs_.parameters) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto is_module = [](const Deployment& deployment) {
      return deployment.module != nullptr;
    };
    const std::string_view what = std::ranges::none_of(deployments_, is_module)
                                      ? "no template here has a parameter"
                                  : std::ranges::all_of(deployments_, is_module)
                                      ? "no module here declares a variable"
                                      : "no template or module here has a parameter or variable";
    return base::failure(base::format("{} `{}`{}", what, name, suggestion(name, known)));
  }
  return {};
}

// An environment may give more than one template takes, and other files may take it, so that only
// what is nearly the name of something in whole folders is worth a note.
std::vector<finding::Finding> Workspace::notes() const {
  std::vector<finding::Finding> found;
  if (!sees_folders_) return found;
  for (const auto& [environment, inputs] : inputs_in_) {
    std::vector<std::string> known;
    for (const Deployment& deployment : deployments_) {
      if (std::ranges::find(deployment.environments, environment) == deployment.environments.end())
        continue;
      if (deployment.module != nullptr)
        std::ranges::move(variables_of(*deployment.module), std::back_inserter(known));
      for (const syntax::Node* root : deployment.roots) {
        std::ranges::move(dialect::cloudformation_parameters(*root, inputs).parameters,
                          std::back_inserter(known));
      }
    }
    for (const auto& [name, value] : inputs.parameters) {
      if (std::ranges::find(known, name) != known.end()) continue;
      const std::string near = suggestion(name, known);
      if (near.empty()) continue;
      finding::Finding note;
      note.rule = "unused-value";
      note.severity = finding::Severity::note;
      note.message = base::format("{} gives a value for `{}`, and nothing here takes it{}",
                                  environment->name.text, name, near);
      note.span = environment->name.span;
      found.push_back(std::move(note));
    }
  }
  return found;
}

}  // namespace resilint::project
