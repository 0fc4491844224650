// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace resilint::base {

// Items in an arena, with their number before them: a handle as small as a pointer, for what very
// many have and most have none of. Immutable; lives as long as the arena does.
template <typename T>
class Array {
 public:
  Array() = default;

  [[nodiscard]] bool empty() const { return items_ == nullptr; }
  [[nodiscard]] std::size_t size() const {
    if (empty()) return 0;
    std::size_t read = 0;
    std::memcpy(&read, reinterpret_cast<const std::byte*>(items_) - before, sizeof read);
    return read;
  }
  [[nodiscard]] const T* begin() const { return items_; }
  [[nodiscard]] const T* end() const { return items_ + size(); }
  [[nodiscard]] auto rbegin() const { return std::reverse_iterator(end()); }
  [[nodiscard]] auto rend() const { return std::reverse_iterator(begin()); }
  [[nodiscard]] const T& operator[](std::size_t index) const { return std::span(*this)[index]; }
  [[nodiscard]] const T& front() const { return std::span(*this).front(); }
  [[nodiscard]] const T& back() const { return std::span(*this).back(); }

 private:
  friend class Arena;
  static constexpr std::size_t before = std::max(sizeof(std::size_t), alignof(T));

  explicit Array(const T* items) : items_(items) {}

  const T* items_ = nullptr;
};

// A bump allocator. What it hands out lives exactly as long as the arena and is never destroyed,
// so only trivially destructible types may live in it. Not thread-safe: one arena per file or
// project, each owned by one task; once filled it may be read by any number of threads.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;
  ~Arena() = default;

  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena never runs destructors");
    return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  // Copies `items` into the arena.
  template <typename T>
  std::span<const T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* place = static_cast<T*>(allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), place);
    return {place, items.size()};
  }
  template <typename T>
  std::span<const T> copy(const std::vector<T>& items) {
    return copy(std::span<const T>(items));
  }

  // The same, for what is to be kept as an Array.
  template <typename T>
  Array<T> array(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    constexpr std::size_t before = Array<T>::before;
    auto* place = static_cast<std::byte*>(allocate(before + items.size_bytes(), before));
    const std::size_t number = items.size();
    std::memcpy(place, &number, sizeof number);
    T* first = reinterpret_cast<T*>(place + before);
    std::uninitialized_copy(items.begin(), items.end(), first);
    return Array<T>(first);
  }
  template <typename T>
  Array<T> array(const std::vector<T>& items) {
    return array(std::span<const T>(items));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* place = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  // Tens of megabytes will be put into it: it takes huge pages, since filling small ones one by one
  // costs more than what is put into them. The last one may stay nearly empty.
  void expect_much() { least_block_ = huge_page; }

  // What it has handed out is gone; the first block is kept for what comes next.
  void clear() {
    if (blocks_.empty()) return;
    blocks_.resize(1);
    next_ = blocks_.front().get();
    left_ = footprint_ = first_size_;
  }

  // Bytes taken from the system so far.
  [[nodiscard]] std::size_t footprint() const { return footprint_; }

 private:
  struct Free {
    void operator()(std::byte* block) const;
  };
  static constexpr std::size_t huge_page = std::size_t{2} << 20U;
  static constexpr std::size_t first_block = std::size_t{4} << 10U;
  static constexpr std::size_t largest_block = std::size_t{1} << 20U;

  static std::byte* take_block(std::size_t size);

  void* allocate(std::size_t size, std::size_t alignment) {
    void* place = next_;
    if (next_ == nullptr || std::align(alignment, size, place, left_) == nullptr) {
      grow(size + alignment);
      place = next_;
      std::align(alignment, size, place, left_);
    }
    next_ = static_cast<std::byte*>(place) + size;
    left_ -= size;
    return place;
  }

  void grow(std::size_t at_least) {
    const std::size_t doubled = blocks_.empty() ? first_block : std::min(footprint_, largest_block);
    const std::size_t size = std::max(std::max(doubled, at_least), least_block_);
    blocks_.emplace_back(take_block(size));
    if (blocks_.size() == 1) first_size_ = size;
    next_ = blocks_.back().get();
    left_ = size;
    footprint_ += size;
  }

  std::vector<std::unique_ptr<std::byte, Free>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t least_block_ = 0;
  std::size_t footprint_ = 0;
  std::size_t first_size_ = 0;
};

}  // namespace resilint::base
