/* Calls the service the way the older pages do: jQuery 1.11, one origin, errno compared loosely, no error handlers. */
/* global $ */
var API = '/api/v1.0';
var pictureId;

function uuid() {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, function () {
    return Math.floor(Math.random() * 16).toString(16);
  });
}

function newPicture() {
  pictureId = uuid();
  $('#picture').attr('src', API + '/imagecode/' + pictureId);
}

function csrf() {
  var match = document.cookie.match('\\bcsrf_token=([^;]*)\\b');
  return match ? match[1] : undefined;
}

function say(resp) {
  $('#said').html(resp.errno + ' ' + resp.errmsg);
}

function post(path, fields) {
  $.ajax({
    url: API + path,
    type: 'post',
    data: JSON.stringify(fields),
    contentType: 'application/json',
    dataType: 'json',
    headers: { 'X-CSRFToken': csrf() },
    success: say,
  });
  return false;
}

$(function () {
  newPicture();
  $('#picture').click(newPicture);
  $('#send').click(function () {
    var query = { text: $('#captcha').val(), id: pictureId };
    $.get(API + '/smscode/' + $('#mobile').val(), query, say, 'json');
  });
  $('#register').submit(function () {
    var fields = {
      mobile: $('#mobile').val(),
      sms_code: $('#code').val(),
      password: $('#password').val(),
    };
    return post('/users', fields);
  });
  $('#login').submit(function () {
    return post('/sessions', { mobile: $('#name').val(), password: $('#secret').val() });
  });
  $('#logout').click(function () {
    var headers = { 'X-CSRFToken': csrf() };
    $.ajax({
      url: API + '/session',
      type: 'delete',
      headers: headers,
      dataType: 'json',
      success: say,
    });
  });
});
