#include "core/base/line_pipeline.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.hpp"

using namespace agentnet;

namespace {

// A pipe that a thread fills with `text` in pieces of `piece` bytes and closes.
class Input {
 public:
  Input(std::string text, std::size_t piece) : text_(std::move(text)) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    reading_ = ends[0];
    writer_ = std::thread([this, piece, writing = ends[1]] {
      for (std::size_t at = 0; at < text_.size();) {
        const ssize_t count = ::write(writing, text_.data() + at, std::min(piece, text_.size() - at));
        if (count <= 0) break;
        at += static_cast<std::size_t>(count);
      }
      ::close(writing);
    });
  }
  ~Input() {
    // Takes what is left, so that the writer always ends.
    char rest[4096];
    while (::read(reading_, rest, sizeof rest) > 0)
      continue;
    writer_.join();
    ::close(reading_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  int descriptor() const { return reading_; }

 private:
  std::string text_;
  int reading_ = -1;
  std::thread writer_;
};

std::string answer(const Line& line) {
  return std::to_string(line.number) + (line.too_long ? "!" : ":") + std::string(line.text) + "\n";
}

// The pipeline that answers each line with its number and text; `out` receives all of it.
LinePipeline answering(const Input& input, int threads, std::string& out) {
  LinePipeline pipeline;
  pipeline.descriptor = input.descriptor();
  pipeline.name = "input";
  pipeline.threads = threads;
  pipeline.make_worker = [] { return [](const Line& line, std::string& made) { made += answer(line); }; };
  pipeline.emit = [&out](std::string_view made, std::int64_t) { out += made; };
  return pipeline;
}

std::string answered(const std::string& text, int threads = 1, std::size_t piece = 1 << 20) {
  std::string out;
  const Input input(text, piece);
  (void)answering(input, threads, out).run();
  return out;
}

}  // namespace

TEST_CASE("each line is answered without its line end, and numbered from one") {
  CHECK(answered("") == "");
  CHECK(answered("one\n") == "1:one\n");
  CHECK(answered("one") == "1:one\n");
  CHECK(answered("one\ntwo") == "1:one\n2:two\n");
  CHECK(answered("one\r\ntwo\r\n") == "1:one\n2:two\n");
  CHECK(answered("\n\n") == "1:\n2:\n");
  CHECK(answered("\r\n") == "1:\n");
  CHECK(answered("a\r\r\nb\rc\r") == "1:a\r\n2:b\rc\n");
  CHECK(answered(std::string("a\0b\n", 4)) == std::string("1:a\0b\n", 6));
}

TEST_CASE("lines come out whole and in order however they arrive, on every number of threads") {
  std::mt19937 random(99);
  std::string text;
  std::string expected;
  for (int i = 1; i <= 4'000; ++i) {
    const std::string line(random() % 500, static_cast<char>('a' + i % 26));
    text += line + "\n";
    expected += std::to_string(i) + ":" + line + "\n";
  }
  for (const int threads : {1, 2, 4, 9}) {
    for (const std::size_t piece : {std::size_t{977}, kBlockBytes, text.size()}) {
      CAPTURE(threads);
      CAPTURE(piece);
      CHECK((answered(text, threads, piece) == expected));
    }
  }
}

TEST_CASE("the number of lines is returned, and the parts of it told to emit") {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "line\n";
  std::string out;
  const Input input(text, 1 << 20);
  LinePipeline pipeline = answering(input, 4, out);
  std::int64_t told = 0;
  pipeline.emit = [&](std::string_view, std::int64_t lines) { told += lines; };
  CHECK(pipeline.run() == 100'000);
  CHECK(told == 100'000);
}

TEST_CASE("a line that arrives alone is answered before the next one comes") {
  int ends[2];
  int answers[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::pipe(answers) == 0);
  LinePipeline pipeline;
  pipeline.descriptor = ends[0];
  pipeline.threads = 2;
  pipeline.make_worker = [] { return [](const Line& line, std::string& made) { made += answer(line); }; };
  pipeline.emit = [&](std::string_view made, std::int64_t) {
    CHECK(::write(answers[1], made.data(), made.size()) == static_cast<ssize_t>(made.size()));
  };
  std::thread running([&] { CHECK(pipeline.run() == 3); });
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(::write(ends[1], "x\n", 2) == 2);
    char got[8] = {};
    REQUIRE(::read(answers[0], got, sizeof got) == 4);
    CHECK(std::string(got) == std::to_string(i) + ":x\n");
  }
  ::close(ends[1]);
  running.join();
  for (const int end : {ends[0], answers[0], answers[1]})
    ::close(end);
}

TEST_CASE("a line of the greatest length is passed on and one a byte longer is skipped and said so") {
  const std::string most(kMaxLineBytes, 'm');
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    CHECK((answered("a\n" + most + "\nb\n", threads) == "1:a\n2:" + most + "\n3:b\n"));
    CHECK((answered("a\n" + most + "\r\nb", threads) == "1:a\n2:" + most + "\n3:b\n"));
    CHECK(answered("a\n" + most + "m\nb\n", threads) == "1:a\n2!\n3:b\n");
    CHECK((answered(most, threads) == "1:" + most + "\n"));
    CHECK(answered(most + "m", threads) == "1!\n");
    CHECK(answered("a\n" + most + most + most + "\n\nb\n", threads) == "1:a\n2!\n3:\n4:b\n");
  }
}

TEST_CASE("each thread has a worker of its own") {
  std::string text;
  for (int i = 0; i < 200'000; ++i)
    text += "0123456789\n";
  std::string out;
  const Input input(text, 1 << 20);
  LinePipeline pipeline = answering(input, 3, out);
  std::atomic<int> workers = 0;
  std::atomic<std::int64_t> counted = 0;
  std::atomic<int> overlaps = 0;  // of two calls of one worker
  pipeline.make_worker = [&] {
    ++workers;
    auto busy = std::make_shared<std::atomic<bool>>(false);
    return [&counted, &overlaps, busy](const Line&, std::string&) {
      if (busy->exchange(true)) ++overlaps;
      ++counted;
      busy->store(false);
    };
  };
  CHECK(pipeline.run() == 200'000);
  CHECK(workers == 3);
  CHECK(counted == 200'000);
  CHECK(overlaps == 0);
}

TEST_CASE("what a worker throws ends the run, and nothing after it is written") {
  for (const int threads : {1, 2, 4}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i)
      text += "line\n";
    std::string out;
    const Input input(text, 1 << 20);
    LinePipeline pipeline = answering(input, threads, out);
    pipeline.make_worker = [] {
      return [](const Line& line, std::string& made) {
        if (line.number == 150'000) throw Error(Category::failed, "worker", "thrown");
        made += answer(line);
      };
    };
    CHECK_THROWS_AS((void)pipeline.run(), Error);
    std::string before;
    for (int i = 1; i < 150'000; ++i)
      before += answer({"line", i});
    CHECK((out == before));
  }
}

TEST_CASE("what a worker made before it threw is handed on, but for a part of a line") {
  std::string out;
  const Input input("a\nb\nc\n", 6);
  LinePipeline pipeline = answering(input, 1, out);
  std::int64_t told = 0;
  pipeline.emit = [&](std::string_view made, std::int64_t lines) {
    out += made;
    told += lines;
  };
  pipeline.make_worker = [] {
    return [](const Line& line, std::string& made) {
      if (line.number == 3) made += "3:";
      if (line.number == 3) throw Error(Category::failed, "worker", "thrown");
      made += answer(line);
    };
  };
  CHECK_THROWS_AS((void)pipeline.run(), Error);
  CHECK(out == "1:a\n2:b\n");
  CHECK(told == 2);
}

TEST_CASE("a failure ends the run also when other threads wait for an input that stays open") {
  for (const bool in_emit : {false, true}) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    LinePipeline pipeline;
    pipeline.descriptor = ends[0];
    pipeline.threads = 4;
    std::atomic<int> worked = 0;
    pipeline.make_worker = [&] {
      return [&worked, in_emit](const Line& line, std::string& made) {
        ++worked;
        // The others wait for input by then, one of them with the beginning of a line in hand.
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (!in_emit) throw Error(Category::failed, "worker", "thrown");
        made += answer(line);
      };
    };
    pipeline.emit = [](std::string_view, std::int64_t) { throw Error(Category::failed, "emit", "thrown"); };
    REQUIRE(::write(ends[1], "whole\npart", 10) == 10);
    CHECK_THROWS_AS((void)pipeline.run(), Error);
    CHECK(worked == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
}

TEST_CASE("what emit or the making of a worker throws ends the run") {
  for (const int threads : {1, 3}) {
    std::string text(3'000'000, '\n');
    std::string out;
    {
      const Input input(text, 1 << 20);
      LinePipeline pipeline = answering(input, threads, out);
      int calls = 0;
      pipeline.emit = [&calls](std::string_view, std::int64_t) {
        if (++calls == 3) throw Error(Category::failed, "emit", "thrown");
      };
      CHECK_THROWS_AS((void)pipeline.run(), Error);
      CHECK(calls == 3);
    }
    const Input input(text, 1 << 20);
    LinePipeline pipeline = answering(input, threads, out);
    pipeline.make_worker = []() -> LineWorker { throw Error(Category::failed, "maker", "thrown"); };
    CHECK_THROWS_AS((void)pipeline.run(), Error);
  }
}

TEST_CASE("a descriptor that cannot be read is an error with the name of the input") {
  LinePipeline pipeline;
  pipeline.descriptor = -1;
  pipeline.name = "the input";
  pipeline.make_worker = [] { return [](const Line&, std::string&) {}; };
  pipeline.emit = [](std::string_view, std::int64_t) {};
  try {
    (void)pipeline.run();
    FAIL("not reached");
  } catch (const Error& error) {
    CHECK(error.message().starts_with("cannot read the input: "));
  }
}

TEST_CASE("at least one core may be used") {
  CHECK(available_cores() >= 1);
  CHECK(available_cores() <= static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF)));
}
